/**
 * Whether every test is asked for (`npm run test:thorough`), those included that take long and say little that the others
 * do not say already. Without it `npm test` leaves them out and says so by its count of skipped tests.
 */
export const isThorough = process.env["WIT2TS_TESTS"] === "all";
