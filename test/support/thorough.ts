/**
 * Whether all tests are requested (`npm run test:thorough`), including those that take long and cover little that
 * others do not cover. `npm test` skips them, and shows them in its count of skipped tests.
 */
export const isThorough = process.env["WIT2TS_TESTS"] === "all";
