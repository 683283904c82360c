# shellcheck shell=bash
# At boot, before kubelet.service whoever starts that: puts the files back if an operation was cut by the reboot.
# It stops nothing and waits for nothing, and starts nothing but what this boot would have started.

recover() {
    record_read
    local again=
    if [[ ${rec[state]-} != armed ]]; then
        # An operation may have been cut while it laid its files ready.
        tidy
        return 0
    fi
    [[ -z ${rec[links_remove]-} || ${rec[was_active]-} != 1 ]] || again=1
    undo_files || return 1
    systemctl daemon-reload </dev/null
    # systemd had chosen what to start while the links were away.
    [[ -z $again ]] || systemctl start --no-block kubelet.service </dev/null
    rec[state]=restored
    rec[reason]='the host went down in the middle of the operation'
    forget_operation
    record_write
}
