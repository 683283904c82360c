import { connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Client } from "ssh2";
import { HostError } from "../errors";
import { after } from "./deadline";
import { Transient, wordsFor } from "./transient";
import { nameOf, type Place } from "./trust";

// Node's own 250 ms for each address of a name is less than a round trip round the world.
const ADDRESS_MILLISECONDS = 1000;

/** A TCP connection without Nagle's delay. Errors: Transient, also when it takes longer than `milliseconds`. */
export function openSocket(host: string, port: number, milliseconds: number): Promise<Socket> {
    return new Promise((resolve, reject) => {
        const socket = connect({
            host,
            port,
            noDelay: true,
            autoSelectFamilyAttemptTimeout: ADDRESS_MILLISECONDS,
        });
        const fail = (why: string, cause?: unknown): void => {
            socket.destroy();
            reject(new Transient(why, { cause }));
        };
        const stop = after(milliseconds, () => fail(`no TCP connection within ${seconds(milliseconds)}`));
        // Stays for the life of the socket: an error between this and the handshake must not end the process.
        socket.on("error", (error) => {
            stop();
            fail(wordsFor(error), error);
        });
        socket.once("connect", () => {
            stop();
            resolve(socket);
        });
    });
}

// RFC 4254, section 5.1: administratively prohibited.
const PROHIBITED = 1;

/**
 * A TCP connection from a jump host on. Errors: Transient; no-channel where the jump host forbids forwarding.
 */
export function openTunnel(via: Client, place: Place, milliseconds: number): Promise<Duplex> {
    const { host, port } = place.hop;
    return new Promise((resolve, reject) => {
        let late = false;
        const stop = after(milliseconds, () => {
            late = true;
            reject(new Transient(`the jump host did not connect it within ${seconds(milliseconds)}`));
        });
        try {
            via.forwardOut("127.0.0.1", 0, host, port, (error, channel) => {
                stop();
                if (error !== undefined) {
                    reject(tunnelFailure(place, error));
                } else if (late) {
                    channel.on("error", () => undefined).destroy();
                } else {
                    resolve(channel);
                }
            });
        } catch (error) {
            stop();
            reject(new Transient("the connection to the jump host was lost", { cause: error }));
        }
    });
}

function tunnelFailure(place: Place, error: Error): Error {
    if (!("reason" in error) || error.reason !== PROHIBITED) {
        return new Transient(`the jump host answered: ${error.message}`, { cause: error });
    }
    return new HostError({
        kind: "no-channel",
        host: place.target,
        step: "connect",
        happened: `the jump host forbids a tunnel to ${nameOf(place)} ("${error.message}")`,
        hostState: "Nothing on the host was changed by this attempt",
        next: "Allow it there: AllowTcpForwarding and PermitOpen in sshd_config",
        cause: error,
    });
}

/** Such as `15 s` or `0.2 s`. */
export function seconds(milliseconds: number): string {
    return `${String(Math.round(milliseconds / 100) / 10)} s`;
}
