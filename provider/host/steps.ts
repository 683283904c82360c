import type { Message } from "./protocol";

/** What the operator reads while a record's step lasts; undefined for records that are no step. */
export function stepText({ verb, fields }: Message): string | undefined {
    if (verb !== "step") return undefined;
    const seconds = Math.round(Number.parseInt(fields["waited"] ?? "0", 10) / 100);
    switch (fields["name"] ?? "") {
        case "lock":
            return "taking the host's lock";
        case "fetch":
            return `fetching ${fields["image"] ?? "the image"} (nothing is stopped yet)`;
        case "arm":
            return "laying the way back";
        case "swap-wrapper":
        case "swap-unit":
            return "putting the new files in place";
        case "reload":
            return "systemctl daemon-reload";
        case "restart":
            return "restarting the kubelet";
        case "health":
            // By fives: a line for every look would bury the rest in a log.
            return `waiting for health for ${seconds - (seconds % 5)} s: ${fields["state"] ?? ""}`;
        case "commit":
            return "committing";
        case "roll-back":
            return `rolling back: ${fields["reason"] ?? ""}`;
        default:
            return undefined;
    }
}
