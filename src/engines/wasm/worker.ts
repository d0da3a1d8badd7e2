/** Entry of the overseer and of each worker. */
import { parentPort, workerData } from "node:worker_threads";
import { type OverseerData, oversee, serve, type ThreadData } from "./workerThreads.ts";

const data: OverseerData | ThreadData = workerData;
if ("workerFile" in data) oversee(data);
else serve(data, (message) => parentPort?.postMessage(message));
