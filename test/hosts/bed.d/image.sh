# shellcheck shell=bash disable=SC2154 # names are shared with bed and the other parts
# The root tree that all hosts share, and the layer that makes it a certain CoreOS release.

cache=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/pulumi-coreos-kubelet/bed
stand_ins=$bed_source/../../provider/testing/stand-ins
releases='835.13.0 899.17.0 1185.3.0 1298.7.0 1409.2.0 1745.7.0 2514.1.0'
packages=systemd,systemd-sysv,dbus,libpam-systemd,openssh-server,sudo,curl,iproute2,procps,socat

# What the release shipped: rkt, systemd, the stage of its kubelet-wrapper (there is none before 962.0.0), and its name.
release_facts() {
    release_name='Container Linux by CoreOS'
    case $1 in
        835.13.0) release_rkt=0.9.0 release_systemd=225 release_wrapper='' release_name=CoreOS release_codename='' ;;
        899.17.0) release_rkt=1.0.0 release_systemd=225 release_wrapper='' release_name=CoreOS release_codename='' ;;
        1185.3.0) release_rkt=1.14.0 release_systemd=231 release_wrapper=C release_name=CoreOS release_codename=' (MoreOS)' ;;
        1298.7.0) release_rkt=1.21.0 release_systemd=231 release_wrapper=D release_codename=' (Ladybug)' ;;
        1409.2.0) release_rkt=1.25.0 release_systemd=233 release_wrapper=F release_codename=' (Ladybug)' ;;
        1745.7.0) release_rkt=1.29.0 release_systemd=238 release_wrapper=I release_codename=' (Rhyolite)' ;;
        2514.1.0) release_rkt=1.30.0 release_systemd=241 release_wrapper=K release_codename=' (Oklo)' ;;
        *) die "no such release: $1 (have $releases)" ;;
    esac
}

install_tools() {
    local missing=()
    command -v mmdebstrap >/dev/null || missing+=(mmdebstrap)
    command -v systemd-nspawn >/dev/null || missing+=(systemd-container)
    command -v ssh-keygen >/dev/null || missing+=(openssh-client)
    command -v ip >/dev/null || missing+=(iproute2)
    command -v socat >/dev/null || missing+=(socat)
    ((${#missing[@]})) || return 0
    apt-get update -q >&2
    DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -qy --no-install-recommends \
        "${missing[@]}" >&2
}

# Only the distribution's own archives out of the machine's sources: any other one could be out of reach, and has
# nothing that a host needs. Of another suite (TB_SUITE) there is only what the main archive has.
distribution_sources() {
    local ID VERSION_CODENAME
    # shellcheck source=/dev/null
    . /etc/os-release
    # shellcheck disable=SC2016 # apt expands these
    apt-get indextargets --format '$(ORIGIN) $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
        awk -v id="$ID" -v own="$VERSION_CODENAME" -v suite="${TB_SUITE:-$VERSION_CODENAME}" '
            tolower($1) != id || index($3, own) != 1 { next }
            suite == own { print "deb", $2, $3, $4 }
            suite != own && $3 == own { print "deb", $2, suite, $4 }' | sort -u
}

# sets image, the folder for what the tree would be made of just now
locate_image() {
    local key
    key=$(
        cd "$bed_source" || exit
        {
            echo "$packages"
            echo "${TB_SUITE:-}"
            cat /etc/os-release bed.d/image.sh
            # Debian has no sources.list any more, older machines no sources.list.d.
            { find /etc/apt/sources.list{,.d} image bed.d/customize.sh -type f -print0 2>/dev/null || true; } |
                sort -z | xargs -0 sha256sum
        } | sha256sum
    )
    image=$cache/${TB_SUITE:-own}-${key:0:16}
}

build_image() {
    install_tools
    mkdir -p "$cache"
    locate_image
    exec {cache_lock}>"$cache/lock"
    flock "$cache_lock"
    [[ -d $image ]] || make_image
    exec {cache_lock}>&-
}

make_image() {
    local draft=$cache/draft sources old
    sources=$(distribution_sources)
    if [[ -z $sources ]]; then
        apt-get update -q >&2
        sources=$(distribution_sources)
    fi
    [[ -n $sources ]] || die "apt knows no archive of this machine's own release"
    rm -rf --one-file-system "$draft"
    mkdir -p "$draft/keys"
    find /etc/apt/trusted.gpg.d /usr/share/keyrings \( -name '*.gpg' -o -name '*.asc' \) \
        -exec ln -sft "$draft/keys" {} +
    # In a mount name space of its own: what it mounts into the tree goes with it, also when it is killed.
    # /bin and the others are links into /usr from the start, or a read-only /usr would not cover them.
    # shellcheck disable=SC2016 # $1 is mmdebstrap's
    printf '%s\n' "$sources" |
        unshare --mount mmdebstrap --quiet --variant=minbase --include="$packages" --keyring="$draft/keys" \
            --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
            --dpkgopt='path-exclude=/usr/share/locale/*' \
            --setup-hook='for d in bin sbin lib lib64; do mkdir -p "$1/usr/$d"; ln -s "usr/$d" "$1/$d"; done' \
            '' "$draft/tree" - >&2
    bash "$bed_source/bed.d/customize.sh" "$bed_source/image" "$draft/tree" >&2
    mv -T "$draft/tree" "$image"
    rm -rf "$draft"
    for old in "$cache/${TB_SUITE:-own}"-*; do
        [[ $old == "$image" ]] || grep -q "$old" /proc/mounts || rm -rf --one-file-system "$old"
    done
}

# make_release FOLDER RELEASE: the layer over the shared tree that makes it a certain CoreOS
make_release() {
    local layer=$1 release=$2 release_rkt release_systemd release_wrapper release_name release_codename file name
    release_facts "$release"
    mkdir -p "$layer"/usr/{bin,lib/stand-in,lib/coreos,lib/modules,share/ca-certificates,share/coreos} \
        "$layer"/etc/{stand-in,ssl/certs}
    name=$release_name
    [[ $name != *' '* ]] || name="\"$name\""
    printf '%s\n' "NAME=$name" ID=coreos "VERSION=$release" "VERSION_ID=$release" BUILD_ID=2016-11-01-0937 \
        "PRETTY_NAME=\"$release_name $release$release_codename\"" 'ANSI_COLOR="1;32"' 'HOME_URL="https://coreos.com/"' \
        'BUG_REPORT_URL="https://github.com/coreos/bugs/issues"' >"$layer/usr/lib/os-release"
    echo "COREOS_RELEASE_VERSION=$release" >"$layer/usr/share/coreos/release"
    # The others in that folder stand in for programs that these hosts have in earnest.
    for file in common rkt rkt-options rkt-pods rkt-store kubelet kubelet-healthz; do
        cp "$stand_ins/$file" "$layer/usr/lib/stand-in/$file"
    done
    cp -R "$bed_source/holding/." "$layer/"
    ln -s ../lib/stand-in/rkt "$layer/usr/bin/rkt"
    echo "$release_rkt" >"$layer/etc/stand-in/rkt-version"
    echo "$release_systemd" >"$layer/etc/stand-in/systemd-version"
    case $release_wrapper in
        '') rmdir "$layer/usr/lib/coreos" ;;
        [ABC]) install_wrapper kubelet-wrapper-a ;;
        *) install_wrapper kubelet-wrapper-d ;;
    esac
}

install_wrapper() {
    sed "s/^stage=[A-Z]/stage=$release_wrapper/" "$stand_ins/$1" >"$layer/usr/lib/coreos/kubelet-wrapper"
    chmod 0755 "$layer/usr/lib/coreos/kubelet-wrapper"
}
