# shellcheck shell=bash disable=SC2154 # names are shared with bed and the other parts
# What can happen to a host.

host_ssh() {
    select_host "$1"
    ssh -F "$dir/ssh_config" "$address" "${@:2}"
}

reboot_host() {
    local old_boot
    old_boot=$(host_ssh "$1" cat /proc/sys/kernel/random/boot_id)
    # Whether the answer comes before the connection goes is a race, and either is a reboot.
    host_ssh "$1" sudo systemctl reboot || true
    wait_ready "$old_boot"
}

# The cable first, or the dying sockets would tell the other side.
power_cut() {
    select_host "$1"
    unplug
    end_processes
    drop_cgroup "$cgroup"
}

power_on() {
    select_host "$1"
    start_host
    wait_ready
}

cable() {
    select_host "$1"
    case ${2:-} in
        out) ip link set "$veth" down ;;
        in) ip link set "$veth" up ;;
        *) die "cable takes NAME out|in" ;;
    esac
}

# The host writes on meanwhile, so what was free may be so no more.
fill_disk() {
    fallocate -l "$(($(df --output=avail -B1 "$dir/disk" | tail -n 1)))" "$dir/disk/ballast"
}

take_inodes() {
    mount -o "remount,nr_inodes=$(($(df --output=iused "$dir/disk" | tail -n 1)))" "$dir/disk"
}

disk_full() {
    select_host "$1"
    insist fill_disk
}

disk_free() {
    select_host "$1"
    rm -f "$dir/disk/ballast"
}

freeze() {
    select_host "$1"
    echo "$2" >"$cgroup/cgroup.freeze"
    insist grep -qx "frozen $2" "$cgroup/cgroup.events"
}

# inside NAME COMMAND...: as root on the host, without ssh
inside() {
    local init
    select_host "$1"
    init=$(head -n 1 "$cgroup/payload/init.scope/cgroup.procs")
    [[ -n $init ]] || die "$name is off"
    env -u BASH_ENV nsenter --target "$init" --mount --pid --net --uts --ipc "${@:2}"
}

# Nothing that the host sends arrives; it still hears.
black_hole() {
    select_host "$1"
    case ${2:-} in
        on) ip -n "$netns" route add blackhole "$TB_NET.1" ;;
        off) ip -n "$netns" route delete blackhole "$TB_NET.1" ;;
        *) die "black-hole takes NAME on|off" ;;
    esac
}

refuse() {
    case ${2:-} in
        on) inside "$1" systemctl stop sshd.socket ;;
        off) inside "$1" systemctl start sshd.socket ;;
        *) die "refuse takes NAME on|off" ;;
    esac
}

cut_links() {
    inside "$1" pkill -KILL sshd || (($? == 1))
}

restart_sshd() {
    inside "$1" systemctl restart sshd.socket
    cut_links "$1"
}

read_only() {
    case ${2:-} in
        on)
            # journald holds /var open, and whoever writes a file just now that one.
            inside "$1" journalctl --relinquish-var
            insist inside "$1" mount -o remount,bind,ro /
            ;;
        off) inside "$1" mount -o remount,bind,rw / ;;
        *) die "read-only takes NAME on|off" ;;
    esac
}

inodes_full() {
    select_host "$1"
    case ${2:-} in
        on) insist take_inodes ;;
        off) mount -o remount,nr_inodes=1000000 "$dir/disk" ;;
        *) die "inodes-full takes NAME on|off" ;;
    esac
}

pid1() {
    local init
    select_host "$1"
    init=$(head -n 1 "$cgroup/payload/init.scope/cgroup.procs")
    case ${2:-} in
        busy) kill -STOP "$init" ;;
        free) kill -CONT "$init" ;;
        *) die "pid1 takes NAME busy|free" ;;
    esac
}

# slow NAME MILLISECONDS [LOSS-PERCENT] | off: a round trip takes so much longer, and some frames are lost. The host's cable goes
# over a bridge of its own and two TAP devices then; connections stay.
slow() {
    local side ports
    select_host "$1"
    unslow
    [[ ${2:-} != off ]] || return 0
    [[ ${2:-} =~ ^[0-9]+$ && ${3:-0} =~ ^[0-9]+$ ]] || die "slow takes NAME MILLISECONDS [LOSS-PERCENT] | off"
    ports=($((20000 + number * 2 + RANDOM % 20000 / 500 * 500)))
    ports+=($((ports[0] + 1)))
    ip link add "${veth}s" type bridge
    ip link set "${veth}s" type bridge stp_state 0 forward_delay 0
    ip link set "${veth}s" up
    detached slow-link.1 node "$bed_source/bed.d/slow-link.mjs" "$2" "${3:-0}" "${ports[@]}"
    for side in 0 1; do
        # A socat that nobody hears ends.
        insist grep -q ":$(printf %04X "${ports[side]}") " /proc/net/udp
        detached "slow-link.socat$side" socat -b 65536 "TUN,tun-type=tap,tun-name=$veth$side,iff-no-pi,iff-up" \
            "UDP4:127.0.0.1:${ports[side]}"
        insist test -d "/sys/class/net/$veth$side"
    done
    ip link set "${veth}0" master "$bridge"
    ip link set "${veth}1" master "${veth}s"
    ip link set "$veth" master "${veth}s"
}

# detached NAME COMMAND...: lives until unslow ends it
detached() {
    # Without the lock, which would be held for as long as it lives.
    (
        [[ -z ${bed_lock:-} ]] || unlock_bed
        exec setsid "${@:2}" </dev/null >>"$dir/console" 2>&1
    ) &
    echo "$!" >"$dir/$1.pid"
}

unslow() {
    local file
    for file in "$dir"/slow-link.*.pid; do
        [[ -f $file ]] || continue
        kill -KILL "$(<"$file")" 2>/dev/null || true
        rm "$file"
    done
    [[ ! -d /sys/class/net/$veth ]] || ip link set "$veth" master "$bridge"
    [[ ! -d /sys/class/net/${veth}s ]] || ip link delete "${veth}s"
}
