#!/bin/bash
# Written by pulumi-coreos-kubelet for a CoreOS older than 962.0.0, which ships no kubelet-wrapper.
# Runs the kubelet of KUBELET_VERSION under rkt. KUBELET_ACI: another image; RKT_OPTS: more options for `rkt run`.
set -euf

if [[ -z ${KUBELET_VERSION-} ]]; then
    echo "ERROR: must set KUBELET_VERSION" >&2
    exit 1
fi
image=${KUBELET_ACI:-quay.io/coreos/hyperkube}:$KUBELET_VERSION

mkdir -p /etc/kubernetes /var/lib/docker /var/lib/kubelet /run/kubelet

trust=(--trust-keys-from-https)
if [[ $image == docker://* || ${RKT_OPTS-} == *--insecure-options* ]]; then
    trust=(--insecure-options=image)
fi

# RKT_OPTS is many words in one variable.
# shellcheck disable=SC2086
exec /usr/bin/rkt run \
    --volume etc-kubernetes,kind=host,source=/etc/kubernetes --mount volume=etc-kubernetes,target=/etc/kubernetes \
    --volume var-lib-docker,kind=host,source=/var/lib/docker --mount volume=var-lib-docker,target=/var/lib/docker \
    --volume var-lib-kubelet,kind=host,source=/var/lib/kubelet --mount volume=var-lib-kubelet,target=/var/lib/kubelet \
    --volume run,kind=host,source=/run --mount volume=run,target=/run \
    --volume etc-ssl-certs,kind=host,source=/usr/share/ca-certificates --mount volume=etc-ssl-certs,target=/etc/ssl/certs \
    --volume os-release,kind=host,source=/usr/lib/os-release --mount volume=os-release,target=/etc/os-release \
    "${trust[@]}" ${RKT_OPTS-} \
    --stage1-image=/usr/share/rkt/stage1-fly.aci \
    "$image" --exec=/kubelet -- "$@"
