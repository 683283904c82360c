# shellcheck shell=bash
# How the kubelet is started and stopped by systemd, and how its health is watched.

# A client may have given up on a reload that was done all the same.
read_units() {
    systemctl daemon-reload </dev/null && return 0
    show service kubelet.service
    [[ ${service[NeedDaemonReload]-} == no ]]
}

# What systemd has not read it does not start: the old unit must be read, however busy it is.
read_units_again() {
    local tries
    for ((tries = 0; tries < 4; tries++)); do
        ! read_units || return 0
        sleep 1
    done
    return 1
}

# Before systemd 234 a reload makes a unit forget its place among its ExecStartPre lines: one that is being started is
# stopped first.
reload() {
    step reload
    show service kubelet.service
    if [[ ${service[ActiveState]} == activating ]]; then
        systemctl stop kubelet.service </dev/null
        # What was on its way up must come up.
        [[ ${plan[process]-} != keep ]] || plan[process]=restart
    fi
    read_units
}

run_kubelet() { # VERB
    show service kubelet.service
    before=${service[ExecMainStartTimestampMonotonic]}
    case $1 in
        stop)
            systemctl stop kubelet.service </dev/null
            systemctl reset-failed kubelet.service </dev/null 2>/dev/null
            ;;
        start | restart)
            systemctl reset-failed kubelet.service </dev/null 2>/dev/null
            systemctl "$1" --no-block kubelet.service </dev/null || return 1
            ;;
    esac
}

healthy_at() { # PORT
    show service kubelet.service
    [[ ${service[ActiveState]} == active ]] && healthz "$1"
}

journal_line() { # -> REPLY: the newest line that the kubelet itself said
    local line
    REPLY=
    while IFS= read -r line; do
        [[ $line == *'kubelet.service'* || $line == 'stop: '* || $line =~ ^St(art|opp)(ing|ed)\  || -z $line ]] || REPLY=${line:0:300}
    done < <(timeout 10 journalctl -u kubelet.service -n 20 --no-pager -o cat </dev/null 2>/dev/null | cut -b 1-1000)
}

# Healthy: started since we asked, ready without a break for min_ready, and the pod is of the wanted image. A start is told
# by its time, which systemd keeps past the end of the process: a kubelet that ends at once is hardly ever seen alive.
watch() { # WANTED TAG (empty: any) -> REPLY: why not
    local since at start pid tag ready=0 seen='' ended='' ends=0 status='' heard=''
    now
    since=$REPLY
    while :; do
        show service kubelet.service
        now
        at=$REPLY
        start=${service[ExecMainStartTimestampMonotonic]} pid=${service[MainPID]}
        if [[ $start != 0 && $start != "$before" && $start != "$seen" ]]; then
            [[ -z $seen || $ended == "$seen" ]] || ends=$((ends + 1))
            seen=$start
            ready=0
            # systemd forgets how a process ended when it starts the next one.
            status=
        fi
        if [[ -n $seen && $pid == 0 && $ended != "$seen" ]]; then
            ended=$seen
            ends=$((ends + 1))
            status=", the last time with status ${service[ExecMainStatus]}"
        fi
        # While a job waits, the state is the one of the process before.
        if [[ ${service[ActiveState]} == failed && ${service[Job]} == 0 ]]; then
            REPLY="kubelet.service failed: ${service[Result]}, status ${service[ExecMainStatus]}"
            return 1
        elif [[ ${service[ActiveState]} == inactive && ${service[Job]} == 0 ]] && ((at - since > 100)); then
            REPLY="kubelet.service ended by itself: ${service[Result]}, status ${service[ExecMainStatus]}"
            return 1
        elif ((ends >= 3)); then
            REPLY="the kubelet ended $ends times$status"
            return 1
        fi
        if [[ -z $seen || $pid == 0 || ${service[ActiveState]} != active ]]; then
            ready=0
            heard=''
        elif healthz "${plan[health_port]}"; then
            ((ready > 0)) || ready=$at
        else
            heard=", healthz said: ${REPLY:-nothing}"
            ready=0
        fi
        if ((ready > 0 && at - ready >= plan[min_ready])); then
            pod_of "$pid"
            tag=${REPLY#* }
            tag=${tag%% *}
            if [[ -n $1 && -n $REPLY && $tag != "$1" ]]; then
                REPLY="the pod runs $tag, not $1"
                return 1
            fi
            timing[down]=$((ready - stopped))
            return 0
        fi
        if ((at - since >= plan[progress])); then
            REPLY="not healthy within $((plan[progress] / 100)) s: ${service[ActiveState]} (${service[SubState]})$heard"
            return 1
        fi
        step health waited $((at - since)) state "${service[SubState]}" \
            needs "${plan[min_ready]}" limit "${plan[progress]}"
        sleep "$((at - since < 200 ? 0 : 1)).2"
    done
}
