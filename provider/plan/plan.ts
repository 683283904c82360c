import type { Observed } from "./observed";

export type FileAction = "write" | "remove" | "keep";
export type ProcessAction = "restart" | "stop" | "keep";

/** Who the kubelet on the host belongs to after the transaction. */
export interface Claim {
    readonly instance: string;
    readonly owner: string | undefined;
    readonly adopted: boolean;
    /** Digest of `triggers`, keyed by the machine. */
    readonly triggers: string;
}

/** Image that must be in the host's store before the old kubelet is stopped. */
export interface Fetch {
    /** As `rkt image list` names it. */
    readonly image: string;
    /** As `rkt fetch` takes it. */
    readonly reference: string;
    readonly options: readonly string[];
}

/** From the snapshot that was observed to the wanted one: what one transaction on the host does. */
export interface Plan {
    /** `fetch` touches nothing but the store of images, and the record's list of what we fetched. */
    readonly mode: "apply" | "delete" | "recover" | "fetch";
    readonly unit: FileAction;
    readonly wrapper: FileAction;
    readonly linksAdd: readonly string[];
    readonly linksRemove: readonly string[];
    readonly reload: boolean;
    readonly process: ProcessAction;
    readonly fetch: Fetch | undefined;
    /** Tag that the new pod must be of; undefined: any. */
    readonly tag: string | undefined;
    readonly unitText: string | undefined;
    readonly wrapperText: string | undefined;
    readonly takeBaseline: boolean;
    readonly claim: Claim | undefined;
    /** Where the kubelet that runs before it answers; undefined: where the new one will. */
    readonly formerHealthPort: number | false | undefined;
    /** Same wish, same digest: two applies of one program at once are one operation. */
    readonly digest: string;
    /** What the plan was made from. */
    readonly from: Observed;
}
