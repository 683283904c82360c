// A link that takes its time and loses frames: socat hands each frame of two TAP devices over as one datagram.
// slow-link.mjs MILLISECONDS LOSS-PERCENT PORT PORT: round trip, what is lost, where the two socats send to.
import { createSocket } from "node:dgram";

const [milliseconds, loss, ...ports] = process.argv.slice(2).map(Number);

/** Address of the socat that each side heard from. */
const peers = [undefined, undefined];

const sockets = ports.map((port, side) => {
    const socket = createSocket("udp4");
    socket.on("message", (frame, { address, port: from }) => {
        peers[side] = { address, port: from };
        const other = peers[1 - side];
        if (other === undefined || Math.random() * 100 < loss) return;
        setTimeout(() => sockets[1 - side].send(frame, other.port, other.address), milliseconds / 2);
    });
    socket.bind(port, "127.0.0.1");
    return socket;
});
