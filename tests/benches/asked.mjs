// Asks for paths on eight connections that stay open, each connection for the next path when it has an answer:
//
//   node asked.mjs BASE FILE [ROUNDS]      FILE has a path on each line
//
// Prints milliseconds of the median answer and of the one that 99 of 100 are quicker than, answers per second, and kB of an
// answer in the mean. Every answer has to be a JPEG.

import { readFileSync } from "node:fs";
import http from "node:http";

const CONNECTIONS = 8;

const [, , base, file, rounds = "1"] = process.argv;
const paths = readFileSync(file, "utf8").trim().split("\n");
const all = Array.from({ length: Number(rounds) }, () => paths).flat();
const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });
const times = [];
let bytes = 0;

function ask(path) {
  return new Promise((resolve, reject) => {
    const before = performance.now();
    const request = http.get(base + path, { agent }, (answer) => {
      const type = answer.headers["content-type"];
      if (answer.statusCode !== 200 || type !== "image/jpeg") {
        reject(new Error(`${base}${path} answers ${answer.statusCode}, ${type}`));
        return;
      }
      answer.on("data", (part) => (bytes += part.length));
      answer.on("end", () => {
        times.push(performance.now() - before);
        resolve();
      });
      answer.on("error", reject);
    });
    request.on("error", reject);
  });
}

async function connection() {
  for (let path = all.shift(); path !== undefined; path = all.shift()) await ask(path);
}

const before = performance.now();
await Promise.all(Array.from({ length: CONNECTIONS }, connection));
const seconds = (performance.now() - before) / 1000;
agent.destroy();
times.sort((one, other) => one - other);
const quantile = (part) => times[Math.min(times.length - 1, Math.floor(times.length * part))];
console.log([quantile(0.5), quantile(0.99), times.length / seconds, bytes / times.length / 1000].map((figure) => figure.toFixed(2)).join(" "));
