import type { dynamic } from "@pulumi/pulumi";

declare const require: (name: string) => Runtime;

interface Runtime {
    check: NonNullable<dynamic.ResourceProvider["check"]>;
    diff: NonNullable<dynamic.ResourceProvider["diff"]>;
    create: dynamic.ResourceProvider["create"];
    read: NonNullable<dynamic.ResourceProvider["read"]>;
    update: NonNullable<dynamic.ResourceProvider["update"]>;
    delete: NonNullable<dynamic.ResourceProvider["delete"]>;
    configure: (config: { get: (key: string) => string | undefined }) => void;
}

/**
 * The provider as it is written into every resource's state. Frozen: a changed character would show as a change of every
 * resource, and state written years ago calls these names. All else is in ./runtime, whatever its release.
 */
export const provider: dynamic.ResourceProvider = {
    configure(request) {
        require("pulumi-coreos-kubelet/runtime").configure(request.config);
        return Promise.resolve();
    },
    check(olds, news) {
        return require("pulumi-coreos-kubelet/runtime").check(olds, news);
    },
    diff(id, olds, news) {
        return require("pulumi-coreos-kubelet/runtime").diff(id, olds, news);
    },
    create(inputs) {
        return require("pulumi-coreos-kubelet/runtime").create(inputs);
    },
    read(id, props) {
        return require("pulumi-coreos-kubelet/runtime").read(id, props);
    },
    update(id, olds, news) {
        return require("pulumi-coreos-kubelet/runtime").update(id, olds, news);
    },
    delete(id, props) {
        return require("pulumi-coreos-kubelet/runtime").delete(id, props);
    },
};
