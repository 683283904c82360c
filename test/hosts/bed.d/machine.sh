# shellcheck shell=bash disable=SC2154,SC2034,SC2119,SC2120 # names are shared with bed and the other parts
# The life of a host: disk, network, boot, readiness, end.

# The tree of cgroup v2, on a machine that has it alone and on one that has v1 beside it.
cgroup_root() {
    awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts
}

# select_host NAME: sets what every later step goes by
select_host() {
    name=$1 dir=$TB_DIR/hosts/$1
    [[ $name =~ ^[a-z][a-z0-9-]{0,30}$ ]] || die "not a host name: $name"
    [[ -f $dir/number ]] || die "no such host: $name"
    number=$(<"$dir/number")
    address=$TB_NET.$((10 + number)) veth=$TB_TAG$number netns=$TB_TAG-$name
    cgroup=$(cgroup_root)/$TB_TAG/$name
}

all_hosts() {
    local folder
    for folder in "$TB_DIR"/hosts/*/; do
        [[ ! -f $folder/number ]] || basename "$folder"
    done
}

make_keys() {
    [[ -f $TB_DIR/id ]] || ssh-keygen -q -t ed25519 -N '' -C bed -f "$TB_DIR/id"
}

# A file of known hosts for each host: in one that all share, others read while the next host is written.
make_ssh_config() {
    echo "$address $(cut -d' ' -f1,2 "$layer/etc/ssh/ssh_host_ed25519_key.pub")" >"$dir/known_hosts"
    cat >"$dir/ssh_config" <<TEXT
Host *
    User core
    IdentityFile $TB_DIR/id
    IdentitiesOnly yes
    UserKnownHostsFile $dir/known_hosts
    StrictHostKeyChecking yes
    BatchMode yes
    ConnectTimeout 5
    LogLevel ERROR
TEXT
}

# make_host NAME RELEASE: everything that outlives a power cut
make_host() {
    local layer host_dir=$TB_DIR/hosts/$1
    [[ $1 =~ ^[a-z][a-z0-9-]{0,30}$ ]] || die "not a host name: $1"
    [[ ! -e $host_dir/number ]] || die "$1 is there already"
    number=1
    while grep -qsx "$number" "$TB_DIR"/hosts/*/number; do ((number += 1)); done
    ((number < 240)) || die "a bed holds 239 hosts"
    mkdir -p "$host_dir"/{layer,disk,root}
    echo "$number" >"$host_dir/number"
    select_host "$1"
    echo "$address" >"$dir/address"
    mount -t tmpfs -o "size=$TB_DISK,mode=0755" "$netns" "$dir/disk"
    mkdir "$dir/disk/upper" "$dir/disk/work"
    layer=$dir/layer
    make_release "$layer" "$2"
    mkdir -p "$layer/etc/ssh" "$layer/home/core/.ssh"
    echo "$name" >"$layer/etc/hostname"
    echo "127.0.0.1 localhost $name" >"$layer/etc/hosts"
    tr -d - </proc/sys/kernel/random/uuid >"$layer/etc/machine-id"
    ssh-keygen -q -t ed25519 -N '' -C "$name" -f "$layer/etc/ssh/ssh_host_ed25519_key"
    make_ssh_config
    cp "$TB_DIR/id.pub" "$layer/home/core/.ssh/authorized_keys"
    chmod 0700 "$layer/home/core/.ssh"
    chown -R 500:500 "$layer/home/core"
    mount -t overlay -o "lowerdir=$layer:$image,upperdir=$dir/disk/upper,workdir=$dir/disk/work" "$netns" "$dir/root"
}

start_host() {
    ! is_on || die "$name is on already"
    plug_in
    mkdir -p "$cgroup"
    (
        # A cgroup each: nspawn puts its own below its caller's, and one file then ends or freezes the whole host.
        echo "$BASHPID" >"$cgroup/cgroup.procs"
        # Or the lock would be held for as long as the host is up.
        [[ -z ${bed_lock:-} ]] || unlock_bed
        exec env TB_DIR="$TB_DIR" setsid unshare --mount --propagation slave \
            "$bed_program" supervise "$name" </dev/null >>"$dir/console" 2>&1
    ) &
}

# Runs inside the host's own mount name space and cgroup.
supervise() {
    local code
    select_host "$1"
    # A host with cgroup v2 alone, whatever the machine has.
    umount -R /sys/fs/cgroup
    mount -t cgroup2 cgroup2 /sys/fs/cgroup
    mkdir -p /run/systemd/nspawn
    mount -t tmpfs tmpfs /run/systemd/nspawn
    while :; do
        code=0
        systemd-nspawn --quiet --directory="$dir/root" --machine="$name" --boot --register=no --keep-unit \
            --network-namespace-path="/run/netns/$netns" --bind-ro=+/usr:/usr --private-users=no \
            --capability=CAP_NET_ADMIN --resolv-conf=off --timezone=off --link-journal=no --console=pipe || code=$?
        # 133 is how nspawn says that the host asked for a reboot.
        ((code == 133)) || exit "$code"
    done
}

is_on() {
    [[ -f $cgroup/cgroup.events ]] && grep -q '^populated 1' "$cgroup/cgroup.events"
}

end_processes() {
    [[ -d $cgroup ]] || return 0
    local tries
    for ((tries = 0; tries < 500; tries++)); do
        echo 1 >"$cgroup/cgroup.kill"
        is_on || return 0
        sleep 0.01
    done
    die "$name: its processes do not end"
}

# A cgroup and a mount stay busy for a moment after the last process.
insist() {
    local tries
    for ((tries = 0; tries < 200; tries++)); do
        ! "$@" 2>/dev/null || return 0
        sleep 0.02
    done
    "$@"
}

drop_cgroup() {
    [[ ! -d $1 ]] || insist find "$1" -depth -type d -exec rmdir {} \;
    [[ ! -d $1 ]] || die "$1 does not go away"
}

# Every step allows for being done already, or never: an interrupted up or down is ended by the next down.
remove_host() {
    local folder
    select_host "$1"
    end_processes
    unplug
    drop_cgroup "$cgroup"
    for folder in "$dir/root" "$dir/disk"; do
        ! mountpoint -q "$folder" || insist umount "$folder"
    done
    rm -rf --one-file-system "$dir"
}

wait_ready() {
    local old_boot=${1:-} answer deadline=$((SECONDS + 60))
    local question='timeout 30 /usr/lib/stand-in/systemd/systemctl is-system-running --wait; cat /proc/sys/kernel/random/boot_id'
    while ((SECONDS < deadline)); do
        if timeout 1 bash -c "exec 3<>/dev/tcp/$address/22" 2>/dev/null; then
            # sshd answers before the boot is over, and pam_nologin turns core away until it is.
            answer=$(host_ssh "$name" "$question" 2>/dev/null) || true
            [[ $answer != @(running|degraded)* || (-n $old_boot && $answer == *"$old_boot") ]] || return 0
        fi
        sleep 0.02
    done
    tail -n 30 "$dir/console" >&2
    die "$name did not come up within 60 s; its last words are above"
}

up_hosts() {
    (($#)) || die "up takes NAME[:RELEASE]..."
    local host release names=()
    build_image
    lock_bed
    [[ -z ${TB_OWNER:-} ]] || process_mark "$TB_OWNER" >"$TB_DIR/owner"
    load_settings
    claim_network
    make_bridge
    mkdir -p "$TB_DIR/hosts"
    make_keys
    for host in "$@"; do
        release=1185.3.0
        [[ $host != *:* ]] || release=${host#*:}
        make_host "${host%%:*}" "$release"
        start_host
        names+=("$name")
    done
    unlock_bed
    for host in "${names[@]}"; do
        select_host "$host"
        wait_ready
    done
}

down_hosts() {
    [[ -d $TB_DIR ]] || return 0
    lock_bed
    local host hosts=("$@")
    (($#)) || mapfile -t hosts < <(all_hosts)
    for host in "${hosts[@]}"; do remove_host "$host"; done
    [[ -n $(all_hosts) ]] || remove_shared
    unlock_bed
}

remove_shared() {
    drop_cgroup "$(cgroup_root)/$TB_TAG"
    [[ ! -d /sys/class/net/$bridge ]] || ip link delete "$bridge"
}

destroy_bed() {
    [[ -d $TB_DIR ]] || return 0
    # An `up` that was killed at once has made an empty folder.
    [[ -f $TB_DIR/lock ]] || ! rmdir "$TB_DIR" 2>/dev/null || return 0
    [[ -f $TB_DIR/lock ]] || die "$TB_DIR is not a bed"
    down_hosts
    rm -rf --one-file-system "$TB_DIR"
}

# A process number alone could have been given to another process since.
process_mark() {
    local start
    start=$(cut -d' ' -f22 "/proc/$1/stat" 2>/dev/null) || return 0
    echo "$1 $start"
}

sweep_beds() {
    local owner beds
    # Two that take the same bed down would meet it half gone.
    exec {beds}<"$(dirname "$TB_DIR")"
    flock "$beds"
    for owner in "$(dirname "$TB_DIR")"/coreos-bed*/owner; do
        [[ -f $owner && $(process_mark "$(cut -d' ' -f1 "$owner")") != "$(<"$owner")" ]] || continue
        env -u TB_NET -u TB_TAG TB_DIR="${owner%/owner}" "$bed_program" destroy
    done
}
