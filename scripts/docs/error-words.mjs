// @ts-check
// What docs/errors.md says of each kind of error. `says`: parts by which its messages are known, with … for what varies;
// `example`: a whole message, with capitals for what differs from run to run. Tests compare both with what is really said.

export const WORDS = {
    unreachable: {
        says: ["no connection to …", "the SSH handshake with … failed", "it cannot be reached"],
        example:
            "HOST: connect: no connection to HOST:PORT after 1 try (connection refused). Nothing on the host was changed by this attempt. Check that it is up and that sshd listens; connection.dialErrorLimit sets how often we try.",
        means: "No log-in could begin: the name does not resolve, nobody answers, the connection is closed again, or the two sides share no algorithm. The brackets say which. It was tried `connection.dialErrorLimit` + 1 times (11), within `timeouts.connect` (120 s); algorithms are not tried twice. `jump host …` before the address: that machine is meant, not the host behind it.",
        not: "That the kubelet is down: it needs none of our connections. That a firewall is at fault, where it says `connection refused`: then the machine answered.",
        state: "As it was. Where an operation was under way there, it goes on to its own end, and the message says that the outcome is not known.",
        next: "`ssh` to the same address from the same machine. A host that is gone for good: [what to do](../README.md#when-the-host-changes).",
    },
    authentication: {
        says: ["… refused …, tried …", "there is nothing to log in to … with"],
        example:
            "HOST: log-in: HOST:PORT refused core, tried key, it takes publickey. Nothing on the host was changed by this attempt. Check connection.user and its authorized_keys on the host.",
        means: "sshd showed the right host key, and took none of what we have. `tried` lists what was offered, in order; behind it stands what sshd takes, or its own last words. It is not tried again.",
        not: "That the key is broken (`key-unusable`), or that sudo is missing (`no-sudo`): neither was reached.",
        state: "As it was; `The host was not dialled` where there was nothing to log in with.",
        next: "Compare `connection.user` with whose authorized_keys the key is in. `tried agent`: the agent of this machine was asked, perhaps with another key; an empty `agentSocketPath` leaves it out. User certificates of OpenSSH are not known to ssh2, in an agent neither: a host that takes them alone (`TrustedUserCAKeys`) needs the key in authorized_keys; nor can ssh2 follow a key of an agent with a password where a host wants both.",
    },
    "host-key-changed": {
        says: ["the key of … changed: … by …, it shows …", "it shows another host key"],
        example:
            "HOST: host key: the key of HOST:PORT changed: ssh-ed25519 SHA256:… by hostKey, it shows ssh-ed25519 SHA256:…. Nothing on the host was changed by this attempt. If you expect this key, set connection.hostKey.",
        means: "Another machine answers at the address, or the same one with new keys. `by` says where the expected key is from: `hostKey`, `knownHosts`, or `state`, where the first log-in pinned it.",
        not: "That somebody attacks you: a rebuilt machine, and an address that was given to another, look the same. Nor that they do not: only you know which key is right.",
        state: "As it was. No password and no key was shown to it.",
        next: "Compare the second fingerprint with `ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub` on the machine's own console. If it is right, set `connection.hostKey`; a key of `state` is also replaced by `pulumi up --replace URN`.",
    },
    "host-key-unknown": {
        says: ["knownHosts has no key for …", "… shows the revoked key …"],
        example:
            "HOST: host key: knownHosts has no key for HOST:PORT, which shows ssh-ed25519 SHA256:…. Nothing on the host was changed by this attempt. If you expect this key, set connection.knownHosts.",
        means: "`connection.knownHosts` is given and has no line for this name and port, or it revokes the key that was shown. A port other than 22 is written `[name]:port` there.",
        not: "That the key has changed: there is none to compare it with. A key that the state has pinned does not count where `knownHosts` is given.",
        state: "As it was. No password and no key was shown to it.",
        next: "Add the line, as `ssh-keyscan -p PORT HOST` prints it, once you have compared the fingerprint. A revoked key: give the machine a new one.",
    },
    "key-unusable": {
        says: ["the private key for … cannot be used", "the … of … is not a public key"],
        example:
            "HOST: log-in: the private key for HOST:PORT cannot be used (OpenSSH key integrity check failed -- bad passphrase?). The host was not dialled. Check connection.privateKey (the text, not a path) and privateKeyPassword.",
        means: "`privateKey` cannot be opened with `privateKeyPassword`, is damaged, or is of a kind that ssh2 does not know; or a host key that is to be expected is none. What can be seen without opening a key, the preview refuses already.",
        not: "That the host refused the key: it was not asked.",
        state: "Not dialled.",
        next: "`ssh-keygen -y -f FILE` with the same passphrase must print the public key.",
    },
    "connection-lost": {
        says: ["the SSH connection was lost", "the connection was lost"],
        example:
            "HOST: run: the SSH connection was lost (connection reset). What runs on the host goes on without us, its outcome is not known here. Connect again.",
        means: "The connection broke, or nothing came back over it for too long. No `pulumi up` ends with this: the provider says `the connection was lost; dialling again`, logs in anew and reads on, until `timeouts.operation` is over. Then you see `deadline` or `unreachable`.",
        not: "That the change failed: it runs on the host, not over the connection.",
        state: "The operation goes on there to its own end, well or rolled back.",
        next: "Nothing. If it comes often, look at the network between.",
    },
    deadline: {
        says: [
            "no end within … s",
            "… did not decide on the log-in of … in time",
            "sshd did not answer the request to run a command within …",
        ],
        example:
            "HOST: run: no end within 3 s. What the host runs now is not known; an operation that was started there goes on to its own end. Run `pulumi up --refresh`: it reads what became of the host and goes on from there.",
        means: 'We stopped waiting: for the whole operation after `timeouts.operation` (1800 s), for sshd\'s decision after `timeouts.connect` (120 s), for its answer to a command after 30 s. With `onPendingReboot: "wait"` also: the reboot did not come, and the message says so.',
        not: "That anything was stopped or undone on the host. An operation goes on there, and rolls itself back if it must.",
        state: "What the message says: not known where an operation may run, else as it was.",
        next: "`pulumi up --refresh`. A slow image: raise `timeouts.operation` together with `timeouts.fetch` (900 s). A slow log-in: look at PAM and DNS on the host.",
    },
    "no-channel": {
        says: ["sshd refused to run a command", "the jump host forbids a tunnel to …"],
        example:
            "HOST: run: sshd refused to run a command (Unable to exec). Nothing was started. Look at MaxSessions, ForceCommand and the user's shell on the host.",
        means: "The log-in went well, and then sshd would start nothing for this user (`MaxSessions 0`, a user for tunnels only), or a jump host would let nobody through (`AllowTcpForwarding no`, `PermitOpen`).",
        not: "That the credentials are wrong. That too many hosts share a jump host: one session for all of them is enough.",
        state: "As it was, unless the message says that the outcome of an operation is not known.",
        next: "`ssh USER@HOST true` must end with 0; through the jump host, `ssh -J`.",
    },
    "no-sudo": {
        says: ["the shell ended with status …"],
        example:
            "HOST: run: the shell ended with status 1: sudo: a password is required. Nothing on the host was changed. Allow the user `sudo -n bash`, set connection.sudoPassword, or log in as root.",
        means: "`sudo bash -s` (for root, `bash -s`) ended before it had read what we sent. Its own last words stand behind the status: a password that it wants or does not take, a terminal that it wants (`requiretty`), a user whom sudoers does not know, a login shell that runs nothing.",
        not: "That the log-in failed. CoreOS's own `core` has this right, so look for what has changed it.",
        state: "As it was. If the right was withdrawn in the middle of an operation, that goes on, and the message says that its outcome is not known.",
        next: "`ssh USER@HOST sudo -n bash -c id` must say uid=0; with `connection.sudoPassword`, `ssh -t USER@HOST sudo bash -c id` once that password is given.",
    },
    "not-coreos": {
        says: [
            "it is not CoreOS but …",
            "… is no CoreOS release",
            "Flatcar … has no rkt any more",
            "the kubelet-wrapper of Flatcar … runs docker, not rkt",
        ],
        example:
            "HOST: plan: it is not CoreOS but Debian GNU/Linux 12 (bookworm). Nothing on the host was changed. Point the resource at a CoreOS host.",
        means: "/etc/os-release names another OS than CoreOS or Flatcar, a version that no release has, or a Flatcar whose kubelet does not run under rkt.",
        not: "That the machine could not run a kubelet by other means.",
        state: "As it was; it was only read.",
        next: "Most often the address is that of another machine. [compatibility.md](compatibility.md) lists the releases.",
    },
    "rkt-unusable": {
        says: ["rkt was not found on the host", "its rkt …", "the rkt found there is …, not the release's …"],
        example:
            "HOST: plan: CoreOS 1185.3.0: rkt was not found on the host, but the release has 1.14.0. Nothing on the host was changed. See there why `rkt version` fails.",
        means: "`rkt version` as root says nothing that we understand, or an rkt that cannot run a kubelet there: it has no fly stage1, or does not fit the release's kubelet-wrapper.",
        not: "That a kubelet which runs there now is about to stop.",
        state: "As it was; it was only read.",
        next: "What the message says: another OS release, or take an rkt of your own out of the way.",
    },
    "unit-foreign": {
        says: ["… is there already and not ours"],
        example:
            'HOST: plan: /etc/systemd/system/kubelet.service is there already and not ours (owner unknown, sha256 …; it sets Description, ExecStart). Nothing on the host was changed. Set onExisting: "adopt" to take it over, or remove it.',
        means: "The host has a kubelet.service that no resource of this package has made, perhaps in another folder than ours. Only the names of its settings are told, since values may be secret.",
        not: "That it is broken, or that nobody needs it: no record on the host says whose it is. One of another resource of this package is `owner-foreign`.",
        state: "As it was; that kubelet goes on.",
        next: '`onExisting: "adopt"` keeps a copy of it, and restarts the kubelet only if ours differs in meaning. Or remove it by hand.',
    },
    "unit-masked": {
        says: ["kubelet.service is masked"],
        example:
            "HOST: plan: kubelet.service is masked. Nothing on the host was changed. Run `systemctl unmask kubelet.service` there, if that is right.",
        means: "Somebody linked kubelet.service to /dev/null, so that nothing can start it.",
        not: "That it is a mistake: masks are set by hand, so ask first who did it, and why.",
        state: "As it was.",
        next: "`systemctl unmask kubelet.service` there, then `pulumi up`.",
    },
    "unit-odd": {
        says: ["a symlink to …", "a folder, not a file", "no regular file"],
        example:
            "HOST: plan: /etc/systemd/system/kubelet.service is a symlink to /usr/share/oem/kubelet.service. Nothing on the host was changed. Move it away, if that is right, and run `pulumi up` again.",
        means: "Where our unit goes (or our wrapper, where the OS ships none) stands something that cannot be replaced and put back by a rename.",
        not: 'That `onExisting: "adopt"` would help: it takes regular files only.',
        state: "As it was.",
        next: "Find out who put it there, or it comes back; move it away, then `pulumi up`.",
    },
    "owner-foreign": {
        says: ["the kubelet there belongs to …", "operation … of … has run there for … s"],
        example:
            'HOST: plan: the kubelet there belongs to URN (/etc/systemd/system/kubelet.service, sha256 …; it sets Description, Wants, After, Environment, ExecStartPre, ExecStart, ExecStop, Restart, RestartSec, WantedBy). Nothing on the host was changed. Destroy it there, or set onExisting: "adopt" to take it over. If that is a former name of this resource, let an `up` change something there first: it then takes the new name.',
        means: "Another resource of this package has made this kubelet, or changes it at this moment: another stack, or two resources of one program at one address. Its URN is in the message.",
        not: "That a killed `pulumi up` of this resource has left it there: that is recognised, and carried on with.",
        state: "As the other one has it; nothing was changed by this resource.",
        next: 'Decide which of the two it is to be. Destroy the other, or set `onExisting: "adopt"` here: the other\'s `destroy` leaves the host alone then. An operation under way: wait for its end.',
    },
    "source-missing": {
        says: ["the host has no …, which a volume of RKT_OPTS names"],
        example:
            "HOST: plan: rkt.volumes[0].source: the host has no /srv/certs, which a volume of RKT_OPTS names. Nothing on the host was changed. Leave the volume out, or make the path on the host.",
        means: "A volume's source does not exist on this host, and rkt starts no pod then.",
        not: "That the path is wrong: it may be mounted, or made by a unit, only later in the boot.",
        state: "As it was; nothing was stopped for it.",
        next: "Make the path, or leave the volume out. The argument at fault begins the message.",
    },
    "options-refused": {
        says: ["rkt.…: …"],
        example:
            "HOST: plan: rkt.volumes[0].target: on /run stands the wrapper's own mount too, and this rkt does not start then. Nothing on the host was changed. Leave the volume out, or mount it elsewhere.",
        means: "With these rkt options the kubelet would not start on this host: its rkt does not know one, or its wrapper gives the same itself. Another release may take them; what none takes, the preview refuses.",
        not: "That rkt was tried: the options are judged by its version and by the form of the wrapper.",
        state: "As it was; nothing was stopped for it.",
        next: "Change the argument that the message begins with, or update the OS. [compatibility.md](compatibility.md) tells which release has which rkt and wrapper.",
    },
    "image-unusable": {
        says: ["… wrapper … does not read …"],
        example:
            "HOST: plan: the wrapper of CoreOS 1185.3.0 does not read KUBELET_IMAGE_ARGS, without which the image of Kubernetes 1.17 starts no kubelet. Nothing on the host was changed. Take an image whose /kubelet runs by itself, or update the OS to 1207.0.0 or newer.",
        means: "The image starts a kubelet only by `KUBELET_IMAGE_ARGS`, and the wrapper of this host does not read them.",
        not: "That the image cannot be fetched (`fetch-failed`): that was not tried.",
        state: "As it was; nothing was stopped for it.",
        next: "Another `version` or `image.repository`, or a newer OS.",
    },
    "no-space": {
        says: ["… MiB are free under /var/lib, … MiB are needed …", "too little free space under /var/lib"],
        example:
            "HOST: plan: 20 MiB are free under /var/lib, 64 MiB are needed to start a pod or to put the old one back. Nothing on the host was changed. Make room, such as by `rkt gc` and `rkt image gc`.",
        means: "rkt needs room at every start, and so does the way back; less than that, or than an image takes where one must be fetched, and nothing is begun.",
        not: "That a kubelet which runs there now is in danger from us; from the full disk it may be.",
        state: "As it was; the kubelet was not stopped.",
        next: "`rkt gc --grace-period=0s` and `rkt image gc` there, or look what fills /var/lib (`du -x`).",
    },
    "reboot-due": {
        says: ["the host is due for a reboot (…)"],
        example:
            'HOST: plan: the host is due for a reboot (/run/reboot-required is there), and this restarts its kubelet. Nothing on the host was changed. Reboot it and run `pulumi up` again, or set onPendingReboot to "wait" or "ignore".',
        means: "An update of the OS is in place, a shutdown is scheduled, or /run/reboot-required is there.",
        not: "That the change cannot be made: `onPendingReboot` decides. What restarts no kubelet is done all the same.",
        state: "As it was.",
        next: 'Reboot, then `pulumi up`. Or `onPendingReboot: "wait"`: it waits within `timeouts.operation`; `"ignore"` goes on.',
    },
    "fetch-failed": {
        says: ["rkt …"],
        example:
            'HOST: fetch: rkt fetch: discovery failed for "quay.io/coreos/hyperkube:v1.3.9_coreos.0": no endpoints discovered. Nothing was changed; kubelet.service there is active as before. Mend the cause, then run `pulumi up` again.',
        means: "`rkt fetch` of the image failed or took longer than `timeouts.fetch` (900 s); its own words are quoted. Common causes: the tag does not exist, the registry speaks only docker's protocol by now (`docker://` is missing), a proxy or the name server of the host.",
        not: "That the new kubelet is bad: it was never started.",
        state: "As it was: no kubelet was stopped. In a roll with `prefetch` no node was restarted either.",
        next: "Run the same `rkt fetch` on the host. Mend it or set another version, then `pulumi up`.",
    },
    refused: {
        says: [
            "the transaction was ended from outside before it touched anything",
            "systemd-analyze verify: …",
            "the files did not arrive whole in …",
            "the record could not be written",
            "… could not be written beside the old one",
            "the baseline could not be kept under /var/lib",
            "what stood there before the first create, which delete would restore, is gone from the host",
        ],
        example:
            "HOST: apply: the transaction was ended from outside before it touched anything. Nothing was changed; kubelet.service there is active as before. Mend the cause, then run `pulumi up` again.",
        means: "The host's own program gave up before it had changed anything: somebody stopped it, systemd would not take the unit, or a file could not be written (a disk that is full or read-only). Of a delete also: the copy of what it is to give back is gone.",
        not: "That a rule of ours was broken: those are told before, in `plan`. Nor that anything was rolled back: nothing had been changed.",
        state: "As it was: no kubelet was stopped.",
        next: "What the message names; `journalctl -u 'pulumi-coreos-kubelet@*'` there may have more. Then `pulumi up`.",
    },
    "rolled-back": {
        says: [
            "the kubelet ended … times",
            "not healthy within … s: …",
            "the pod runs …, not …",
            "kubelet.service failed: …",
            "the files could not be put in place",
            "the transaction was ended from outside",
        ],
        example:
            "HOST: health: the kubelet ended 3 times, the last time with status 1 (journal: F0101 00:00:00.000000 PID server.go:1] failed to run Kubelet: stand-in says so). Rolled back: the old kubelet runs again and is healthy, after N s without. Set a version that works, or mend the cause, then run `pulumi up` again.",
        means: "The change was made, did not prove itself, and the host has undone it: the new kubelet ended three times, or was not healthy within `health.progressDeadlineSeconds` (300), or the change itself was cut. `journal` is the newest line that the kubelet said.",
        not: "That the host is broken, or the state wrong: it still says the old version, and that is what runs.",
        state: "The sentence that begins with `Rolled back` says it: the old kubelet healthy again, never stopped, as ill as before, or not healthy; or no kubelet, as before.",
        next: "`journalctl -u kubelet` there. Then another version, or mend what it complains of, and `pulumi up`.",
    },
    "rollback-failed": {
        says: ["The host could not be put back and is left changed"],
        example:
            "HOST: apply: the pod runs v0.0.0_other.image, not v1.3.10_coreos.0 (journal: I0101 00:00:00.000000 PID server.go:2] Started kubelet v1.3.10_coreos.0). The host could not be put back and is left changed. Mend the cause, then run `pulumi up` again.",
        means: "The change did not prove itself, and the way back failed too: its files cannot be moved, or the record cannot be written, as on a disk that went read-only.",
        not: "That no kubelet runs: the host starts one as well as it can. What it runs may be the old, the new, or none.",
        state: "Changed. After a create or an update the resource is stored as changed, so that the next `up` repairs it.",
        next: "Mend the disk first, then run the same again: it finishes the way back, and makes the change anew.",
    },
    abandoned: {
        says: ["the pulumi that asked for this is gone"],
        example:
            "HOST: plan: the pulumi that asked for this is gone. Nothing on the host was changed. Run `pulumi up` again.",
        means: "`pulumi` was killed, and its provider, which lives on for a while, begins nothing in its name: by now a later `pulumi` may want something else. Nobody is there to be told, so you will hardly ever see it.",
        not: "That a change which had begun was stopped: that one goes to its own end.",
        state: "As it was.",
        next: "`pulumi cancel` if the stack is still locked, then `pulumi up --refresh`.",
    },
    unhealthy: {
        says: ["…, which this roll has finished: …"],
        example:
            "HOST: gate: node-1, which this roll has finished: kubelet.service is inactive (dead). Nothing on the host was changed since; the next wave is not started. Mend it, then run `pulumi up` again: the roll goes on from here.",
        means: "Before a wave of a KubeletRollout all finished nodes are looked at, and this one is not active, not healthy (asked twice), of another image than it should be, or was started again while it soaked.",
        not: "That this node was put back: its own change had gone well, and stays.",
        state: "Whatever it runs now, with the new files. No node of the next wave was touched.",
        next: "`journalctl -u kubelet` there. Is it the version: roll back. [rolling-upgrades.md](rolling-upgrades.md) has each case.",
    },
    "too-many-down": {
        says: ["without a healthy kubelet are …, and maxUnavailable allows … at once"],
        example:
            "HOST: gate: without a healthy kubelet are node-2 (kubelet.service is inactive (dead)), and maxUnavailable allows 1 at once. Nothing was changed on node-1. Mend what is down, or raise maxUnavailable, then run `pulumi up` again.",
        means: "So many nodes of the roll are down for other reasons that restarting one more would pass `maxUnavailable`. The first of them is named, with what was seen.",
        not: "That the node of the message is down: it is the one that was not touched.",
        state: "As it was.",
        next: "Mend those that are down, start with them, or raise `maxUnavailable`: see [rolling-upgrades.md](rolling-upgrades.md).",
    },
    "roll-stopped": {
        says: ["the roll stopped at …, which tells why"],
        example:
            "HOST: gate: the roll stopped at node-1, which tells why. Nothing was changed on node-2. Mend the cause, then run `pulumi up` again.",
        means: "Another node of the same roll failed first, so this one was not begun.",
        not: "That anything is wrong with this node.",
        state: "As it was.",
        next: "Read the error of the node that it names.",
    },
    unsettled: {
        says: ["the operation ended without saying how"],
        example:
            "HOST: apply: the operation ended without saying how. What the host runs now is not known. Run `pulumi up --refresh`: it reads what became of the host and goes on from there.",
        means: "The program on the host ended, was killed for example, and so was the one that cleans up after it; neither left a word.",
        not: "That the host is left half changed for good: what is half done is known to it, and the next look, or the next boot, undoes it.",
        state: "Not known until somebody looks.",
        next: "`pulumi up --refresh`. If it happens again: `journalctl -u 'pulumi-coreos-kubelet@*'` there, and look for what kills it, such as the OOM killer.",
    },
};
