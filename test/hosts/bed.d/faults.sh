# shellcheck shell=bash disable=SC2154 # names are shared with bed and the other parts
# What can happen to a host.

host_ssh() {
    select_host "$1"
    ssh -F "$TB_DIR/ssh_config" "$address" "${@:2}"
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

disk_full() {
    select_host "$1"
    fallocate -l "$(df --output=avail -B1 "$dir/disk" | tail -n 1)" "$dir/disk/ballast"
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
