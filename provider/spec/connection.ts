/**
 * How to log in to one machine over SSH. Names and meaning are those of `@pulumi/command`'s `remote.Connection`; only the
 * default user differs (`core` instead of `root`), and a host key is never left unchecked.
 * Unless a field says otherwise, a change of it causes a log-in to prove it, and nothing on the host.
 */
export interface HopArgs {
    /** DNS name or address of the machine, IPv6 without brackets. A change of the target's host replaces the resource. */
    readonly host: string;
    /** TCP port of sshd, 1 to 65535. Default 22. A change of the target's port replaces the resource. */
    readonly port?: number;
    /** User to log in as. Default `core`. Any other than root must be allowed `sudo`. */
    readonly user?: string;
    /** Password; also the answer to every keyboard-interactive prompt. Default none. Secret. */
    readonly password?: string;
    /** Text (not path) of a private key in OpenSSH, PEM, PKCS#8 or PuTTY form. Default none. Secret. */
    readonly privateKey?: string;
    /** Passphrase of `privateKey`. Default none. Secret. */
    readonly privateKeyPassword?: string;
    /**
     * Path of an ssh-agent's socket, asked last. Default: SSH_AUTH_SOCK of the environment, looked up when dialling. An
     * agent that does not answer is passed over. A change alone does nothing.
     */
    readonly agentSocketPath?: string;
    /** The machine's public key in authorized_keys form, such as `ssh-ed25519 AAAA…`. Default: see `knownHosts`. */
    readonly hostKey?: string;
    /**
     * Text (not path) of a known_hosts file; hashed names, `[host]:port`, wildcards and `@revoked` are understood,
     * `@cert-authority` is not. Used where `hostKey` is absent. Default: the target's key is pinned on first use, in state.
     */
    readonly knownHosts?: string;
    /** How many failed dials are forgiven: N means N + 1 tries, 0 one try, -1 no limit but `timeouts.connect`. Default 10. */
    readonly dialErrorLimit?: number;
    /**
     * Seconds for one TCP connect, and as many again for the SSH handshake: up to a day, in steps of 0.001; 0 leaves both
     * to `timeouts.connect`. Default 15. No more than 8 log-ins to one server run at once; the wait for a turn counts towards
     * `timeouts.connect` alone.
     */
    readonly perDialTimeout?: number;
}

/**
 * How to reach the host, directly or through jump hosts. Another `host` or `port` replaces the resource; any other change
 * causes a log-in to prove it, and nothing on the host, unless its field says otherwise.
 */
export interface ConnectionArgs extends HopArgs {
    /**
     * Password that sudo asks the user for; it goes over the channel's standard input, and stands on no command line. Default
     * none: sudo must ask for none. A sudo that wants a terminal (`requiretty`) cannot be used. Secret.
     */
    readonly sudoPassword?: string;
    /**
     * Jump host, or several, the one nearest to us first. Default none. Their keys cannot be pinned on first use. All hosts
     * of one `pulumi up` that reach it on the same way, with the same user, credentials and host key, share one connection
     * to it. That is dialled again when it is lost, and closed when nobody has used it for 5 minutes.
     */
    readonly proxy?: HopArgs | readonly HopArgs[];
}

/** One machine on the way, defaults filled in. */
export interface Hop extends HopArgs {
    readonly port: number;
    readonly user: string;
    readonly dialErrorLimit: number;
    readonly perDialTimeout: number;
}

/** The host, and the jump hosts on the way to it, nearest first. */
export interface Connection extends Hop {
    readonly sudoPassword?: string;
    readonly proxy: readonly Hop[];
}

/** The connection with every default filled in. Pure; judges nothing. */
export function connectionOf(args: ConnectionArgs): Connection {
    const { proxy = [], ...own } = args;
    const hops: readonly HopArgs[] = isList(proxy) ? proxy : [proxy];
    return { ...hopOf(own), proxy: hops.map(hopOf) };
}

function hopOf<Args extends HopArgs>(args: Args): Args & Hop {
    return {
        ...args,
        port: args.port ?? 22,
        user: args.user ?? "core",
        dialErrorLimit: args.dialErrorLimit ?? 10,
        perDialTimeout: args.perDialTimeout ?? 15,
    };
}

// Array.isArray does not narrow a readonly array.
function isList(proxy: HopArgs | readonly HopArgs[]): proxy is readonly HopArgs[] {
    return Array.isArray(proxy);
}
