import type { Message } from "./protocol";

/** What the operator reads while a record's step lasts; undefined for records that are no step. */
export function stepText({ verb, fields }: Message): string | undefined {
    if (verb !== "step") return undefined;
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
            return healthText(fields);
        case "commit":
            return "committing";
        case "roll-back":
            return `rolling back: ${fields["reason"] ?? ""}`;
        default:
            return undefined;
    }
}

/** By fives, later by thirties: a line for every look would bury the rest in a log. */
export function shownSeconds(lasted: number): number {
    const seconds = Math.floor(lasted);
    return seconds - (seconds % (seconds < 30 ? 5 : 30));
}

function healthText(fields: Message["fields"]): string {
    const seconds = (key: string): number => Math.round(Number.parseInt(fields[key] ?? "0", 10) / 100);
    const state = fields["state"] === "auto-restart" ? "it ended, systemd starts it again" : (fields["state"] ?? "");
    return `waiting for health for ${shownSeconds(seconds("waited"))} s: ${state} (it must stay healthy for ${seconds("needs")} s, within ${seconds("limit")} s)`;
}
