import { HostError, type ErrorKind } from "../errors";

/** What to do about a host that could not be looked at, in the words of the command; the errors speak of a program's arguments. */
const NEXT: { readonly [Kind in ErrorKind]?: string } = {
    unreachable: "Check that it is up and that sshd listens there",
    authentication: "Give --identity, --password-from-env or an ssh-agent (SSH_AUTH_SOCK), and the user as user@host",
    "key-unusable": "Check the file of --identity and its passphrase, or the key of --host-key",
    "host-key-changed": "If you expect this key, give it by --host-key, or mend the file of --known-hosts",
    "host-key-unknown": "If you expect this key, give it by --host-key, or add it to the file of --known-hosts",
    "no-sudo": "Allow the user `sudo -n bash`, give --sudo-password-from-env, or log in as root",
};

/** The failure of a look, which leaves every host as it is. Pure. */
export function failedLook(error: HostError): HostError {
    return error.seenFrom({
        hostState: "Nothing on the host was changed",
        next: NEXT[error.kind] ?? "Look again; if that fails too, log in by ssh and look there",
    });
}
