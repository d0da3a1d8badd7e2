/** Entry of a worker thread. */
import { workerData } from "node:worker_threads";
import { serve, type ThreadData } from "./threads.ts";

serve(workerData as ThreadData);
