# shellcheck shell=bash
# At boot, before kubelet.service whoever starts that: puts the files back if an operation was cut by the reboot.
# It never starts, stops or waits for anything.

recover() {
    record_read || return 0
    [[ ${rec[state]-} == armed ]] || return 0
    undo_files || return 1
    systemctl daemon-reload </dev/null
    rec[state]=restored
    rec[reason]='the host went down in the middle of the operation'
    forget_operation
    record_write
}
