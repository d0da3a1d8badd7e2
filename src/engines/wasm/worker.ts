/** Entry of a worker thread. */
import { parentPort, workerData } from "node:worker_threads";
import { serve, type ThreadData } from "./threads.ts";

serve(workerData as ThreadData, (message) => parentPort?.postMessage(message));
