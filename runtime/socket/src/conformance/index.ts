/**
 * The tests that every backend of the socket interface must pass, for any test runner.
 *
 * @module
 */
import { acceptTests } from "./operations/accept.js";
import { applicationTests } from "./operations/applications.js";
import { bindTests } from "./operations/bind.js";
import { closeTests } from "./operations/close.js";
import { connectTcpTests } from "./operations/connect-tcp.js";
import { connectUdpTests } from "./operations/connect-udp.js";
import { createSocketTests } from "./operations/create-socket.js";
import { handleTests } from "./operations/handles.js";
import { listenTests } from "./operations/listen.js";
import { receiveFromTests } from "./operations/receive-from.js";
import { receiveTests } from "./operations/receive.js";
import { reuseAddressTests } from "./operations/reuse-address.js";
import { sendToTests } from "./operations/send-to.js";
import { sendTests } from "./operations/send.js";
import { stateTests } from "./operations/states.js";
import { timeoutTests } from "./operations/timeouts.js";
import { Suite, type ConformanceOptions } from "./suite.js";

export { closeNodePeers, createNodePeer } from "./node-peer.js";
export { createWatchdog, type Watchdog } from "./watchdog.js";
export { Digest, pattern, patternDigest } from "./pattern.js";
export type { Peer, PeerObservation, PeerRun, PeerStep } from "./peer.js";
export {
  createSocketPeer,
  perform,
  playScript,
  type ScriptCall,
  type ScriptOptions,
  type SocketPeerOptions,
} from "./script-peer.js";
export type {
  ConformanceEndpoint,
  ConformanceOptions,
  ConformanceRunner,
  ConformanceSetup,
  ConformanceSupports,
} from "./suite.js";

/**
 * Declares the conformance tests of a backend with the given test runner.
 *
 * @param options - the functions of the runner, what the backend supports, and a function that creates a backend with
 * its peer.
 */
export function socketConformance(options: ConformanceOptions): void {
  const suite = new Suite(options);
  for (const tests of [
    createSocketTests,
    handleTests,
    stateTests,
    bindTests,
    connectTcpTests,
    connectUdpTests,
    listenTests,
    acceptTests,
    sendTests,
    receiveTests,
    sendToTests,
    receiveFromTests,
    closeTests,
    timeoutTests,
    reuseAddressTests,
    applicationTests,
  ]) {
    tests(suite);
  }
}
