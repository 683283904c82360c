# shellcheck shell=bash
# Runs on our channel: lays the files of an operation ready, checks them, starts its transaction and reads its log to us.
# The same message may be sent again after a lost link: the `mkdir` of the operation's folder lets it start only once.

put() { # FILE TEXT SHA256
    printf '%s' "$2" >"$1" || return 1
    [[ $(sha256sum <"$1") == "$3 "* ]]
}

# Judged by the lines that name our file: the exit status of older releases also speaks of other units. The drop-ins of others
# are read with it; what systemd makes of them is not ours to refuse.
verify() { # FOLDER -> REPLY: what systemd says against the unit
    local line text
    REPLY=
    [[ -f $1/unit ]] || return 0
    mkdir "$1/verify" || return 0
    text_of "$1/unit"
    text=$REPLY
    REPLY=
    [[ ! -f $1/wrapper ]] || text=${text//"ExecStart=/opt/bin/kubelet-wrapper"/"ExecStart=$1/wrapper"}
    printf '%s' "$text" >"$1/verify/kubelet.service"
    while IFS= read -r line; do
        [[ $line != *kubelet.service* || $line == *kubelet.service.d/* || -n $REPLY ]] || REPLY=$line
    done < <(systemd-analyze verify "$1/verify/kubelet.service" </dev/null 2>&1)
    rm -rf "$1/verify"
}

refuse_stage() { # WHY
    emit outcome result refused reason "$1"
}

template() { # the unit whose instances are our transactions; one that was killed must not stay behind as failed
    local environment=
    [[ -z $root ]] || environment="Environment=PCK_ROOT=$root"
    printf '%s\n' '[Unit]' 'Description=pulumi-coreos-kubelet operation %i' '[Service]' "$environment" \
        "ExecStart=/bin/bash $ops/%i/program transaction %i" \
        "ExecStopPost=-/bin/bash $ops/%i/program restore %i" \
        'TimeoutStopSec=900' 'SuccessExitStatus=SIGKILL' 'SyslogIdentifier=pulumi-coreos-kubelet'
}

# Whoever makes the folder starts the operation; whoever finds it made only reads on.
begin() { # OPERATION ATTEMPT PLAN PROGRAM SHA256 UNIT SHA256 WRAPPER SHA256 (an empty sum: no such file)
    local stage=$ops/stage.$1.$2
    if [[ -d $ops/$1 ]]; then
        follow "$1"
        return
    fi
    rm -rf "$stage"
    mkdir -p "$stage" || {
        refuse_stage "no folder could be made under /run"
        return
    }
    if ! { printf '%s\n' "$3" >"$stage/plan" && put "$stage/program" "$4" "$5" &&
        { [[ -z $7 ]] || put "$stage/unit" "$6" "$7"; } && { [[ -z $9 ]] || put "$stage/wrapper" "$8" "$9"; }; }; then
        rm -rf "$stage"
        refuse_stage "the files did not arrive whole in $stage"
        return
    fi
    [[ ! -f $stage/wrapper ]] || chmod 755 "$stage/wrapper"
    verify "$stage"
    if [[ -n $REPLY ]]; then
        rm -rf "$stage"
        refuse_stage "systemd-analyze verify: $REPLY"
        return
    fi
    if mkdir "$ops/$1" 2>/dev/null; then
        : >"$ops/$1/log"
        mv "$stage"/* "$ops/$1/"
        mkdir -p "$root/run/systemd/system"
        template >"$root/run/systemd/system/pulumi-coreos-kubelet@.service.$1"
        mv -fT "$root/run/systemd/system/pulumi-coreos-kubelet@.service.$1" \
            "$root/run/systemd/system/pulumi-coreos-kubelet@.service"
        if ! REPLY=$(systemctl start --no-block "pulumi-coreos-kubelet@$1.service" </dev/null 2>&1) &&
            mkdir "$ops/$1/claim" 2>/dev/null; then
            rm -rf "$stage"
            refuse_stage "systemd did not start the operation: ${REPLY:0:200}"
            return
        fi
    fi
    rm -rf "$stage"
    follow "$1"
}

# An operation that was never started is made void by taking its `claim`, so that a late starter cannot surprise us.
give_up() { # OPERATION
    if [[ ! -d $ops/$1 ]]; then
        emit outcome result stale reason 'the operation is long past'
    elif mkdir "$ops/$1/claim" 2>/dev/null; then
        emit outcome result void
    else
        emit outcome result lost
    fi
}

# rkt ends a line that it writes over by a carriage return.
last_said() { # OPERATION -> REPLY: what its fetch said last
    REPLY=
    [[ ! -f $ops/$1/fetch ]] ||
        REPLY=$(tail -c 1000 -- "$ops/$1/fetch" </dev/null 2>/dev/null | tr '\r' '\n' | tr -cd '[:print:]\n' | grep . | tail -n 1)
    REPLY=${REPLY:0:200}
}

# Reads the log of an operation until it says how it ended.
follow() { # OPERATION
    local log=$ops/$1/log line part='' idle=0 dead=0
    local -A state=()
    [[ -f $log ]] || {
        give_up "$1"
        return
    }
    exec 8<"$log"
    while :; do
        while IFS= read -r line <&8 || { part+=$line && false; }; do
            line=$part$line
            part=
            idle=0
            printf '%s\n' "$line"
            if [[ $line == $'PCK1\toutcome\t'* ]]; then
                exec 8<&-
                return
            fi
        done
        sleep 0.1
        idle=$((idle + 1))
        if ((idle % 10 == 0)); then
            show state "pulumi-coreos-kubelet@$1.service"
            case ${state[ActiveState]} in
                inactive | failed) dead=$((dead + 1)) ;;
                *) dead=0 ;;
            esac
            last_said "$1"
            emit alive said "$REPLY"
        fi
        if ((dead >= 5)); then
            give_up "$1"
            exec 8<&-
            return
        fi
    done
}
