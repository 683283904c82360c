import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import type { Answer } from "./answer";

type Handler = (program: string, words: readonly string[]) => Promise<Answer>;

// One server for all hosts of the process: each host is known by a word that only its own stand-ins are told.
const hosts = new Map<string, Handler>();
let shared: Promise<Server> | undefined;

/** Where the systemctl stand-in asks for the host of this word. */
export async function openControl(word: string, handler: Handler): Promise<number> {
    hosts.set(word, handler);
    shared ??= listen();
    return ((await shared).address() as AddressInfo).port;
}

/** The host is gone; the last one takes the server with it. */
export async function closeControl(word: string): Promise<void> {
    hosts.delete(word);
    if (hosts.size > 0 || shared === undefined) return;
    const closing = shared;
    shared = undefined;
    (await closing).close();
}

function listen(): Promise<Server> {
    return new Promise((resolve, reject) => {
        const server = createServer((socket) => {
            void serve(socket);
        });
        server.on("error", reject);
        server.listen(0, "127.0.0.1", () => {
            server.unref();
            resolve(server);
        });
    });
}

async function serve(socket: Socket): Promise<void> {
    socket.on("error", () => socket.destroy());
    const [word, program = "", ...words] = await request(socket);
    const handler = hosts.get(word ?? "");
    if (handler === undefined) {
        socket.destroy();
        return;
    }
    const answer = await handler(program, words);
    socket.end(`${lines("o", answer.out)}${lines("e", answer.err)}x${answer.code}\n`);
}

/** Reads: word, number of arguments, arguments. */
function request(socket: Socket): Promise<string[]> {
    return new Promise((resolve) => {
        let text = "";
        socket.setEncoding("utf8");
        socket.on("data", (chunk: string) => {
            text += chunk;
            const [word = "", count, ...rest] = text.split("\0");
            if (count !== undefined && rest.length > Number(count)) resolve([word, ...rest.slice(0, Number(count))]);
        });
        socket.on("close", () => resolve([]));
    });
}

function lines(mark: string, text: string): string {
    if (text === "") return "";
    return text
        .replace(/\n$/, "")
        .split("\n")
        .map((line) => `${mark}${line}\n`)
        .join("");
}
