// What the contenders are called, in tables too.
export const OURS = "pulumi-coreos-kubelet";
export const COMMAND_SHAPE = "the shape of @pulumi/command";
export const ANSIBLE = "Ansible, tuned";
export const SSH_CALLS = "a sequence of ssh calls";
export const BARE = "one bare ssh";
export const ENGINE = "the engine, idle";
