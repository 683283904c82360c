// What is wanted, as far as the flags go.
import type { KubeletServiceInputs } from "../../provider/spec/args";
import { specOf } from "../../provider/spec/defaults";
import type { Spec } from "../../provider/spec/spec";

export type Given = Omit<KubeletServiceInputs, "connection" | "version">;

/** No folder of manifests, whose flag has a default. */
export const NO_MANIFESTS = { podManifestPath: "" };

export function specFor(version: string, given: Given): Spec {
    return specOf({ connection: { host: "" }, version, ...given });
}
