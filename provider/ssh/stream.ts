import { connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { HostError } from "../errors";
import type { Hop } from "../spec/connection";
import type { Link } from "./link";
import type { Steps } from "./steps";
import { Final, Transient, wordsFor } from "./transient";
import { nameOf, type Place } from "./trust";

// Node's own 250 ms for each address of a name is less than a round trip round the world.
const ADDRESS_MILLISECONDS = 1000;

/** A TCP connection without Nagle's delay. Errors: Transient, also when it takes longer than `bound` milliseconds. */
export function openSocket({ host, port }: Hop, bound: number, steps: Steps): Promise<Socket> {
    return new Promise((resolve, reject) => {
        const socket = connect({
            host,
            port,
            noDelay: true,
            autoSelectFamilyAttemptTimeout: ADDRESS_MILLISECONDS,
        });
        const fail = (error: Error): void => {
            socket.destroy();
            reject(error);
        };
        const tooLong = (waited: number): Error => new Transient(`no TCP connection within ${seconds(waited)}`);
        const stop = steps.begin(bound, tooLong, fail);
        // Stays for the life of the socket: an error between this and the handshake must not end the process.
        socket.on("error", (error) => {
            stop();
            fail(new Transient(wordsFor(error), { cause: error }));
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
 * A TCP connection from a jump host on. Errors: Transient, also when it takes longer than `bound` milliseconds; Final:
 * no-channel where the jump host forbids forwarding.
 */
export function openTunnel(via: Link, place: Place, bound: number, steps: Steps): Promise<Duplex> {
    const { host, port } = place.hop;
    return new Promise((resolve, reject) => {
        let isLate = false;
        const fail = (error: Error): void => {
            isLate = true;
            reject(error);
        };
        const tooLong = (waited: number): Error =>
            new Transient(`the jump host did not connect it within ${seconds(waited)}`);
        const stop = steps.begin(bound, tooLong, fail);
        try {
            via.client.forwardOut("127.0.0.1", 0, host, port, (error, channel) => {
                stop();
                if (error !== undefined) {
                    reject(via.ended ? lostOnTheWay(error) : tunnelFailure(place, error));
                } else if (isLate) {
                    channel.on("error", () => undefined).destroy();
                } else {
                    // OpenSSH passes on that the machine hung up, and leaves the channel half open: ssh2 would wait for ever.
                    channel.once("end", () => channel.destroy());
                    resolve(channel);
                }
            });
        } catch (error) {
            stop();
            reject(lostOnTheWay(error));
        }
    });
}

function lostOnTheWay(cause: unknown): Transient {
    return new Transient("the connection to the jump host was lost", { cause });
}

function tunnelFailure(place: Place, error: Error): Error {
    if (!("reason" in error) || error.reason !== PROHIBITED) {
        return new Transient(`the jump host answered: ${error.message}`, { cause: error });
    }
    return new Final(place, (seen) => forbidden(seen, error));
}

function forbidden(place: Place, cause: Error): HostError {
    return new HostError({
        kind: "no-channel",
        host: place.target,
        step: "connect",
        happened: `the jump host forbids a tunnel to ${nameOf(place)} ("${cause.message}")`,
        hostState: "Nothing on the host was changed by this attempt",
        next: "Allow it there: AllowTcpForwarding and PermitOpen in sshd_config",
        cause,
    });
}

/** Such as `15 s` or `0.2 s`. */
export function seconds(milliseconds: number): string {
    return `${String(Math.round(milliseconds / 100) / 10)} s`;
}
