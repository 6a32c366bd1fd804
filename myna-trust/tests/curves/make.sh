#!/bin/sh
# Makes the certificates and signatures in this folder with OpenSSL; the keys are thrown away. Each is of the profile of
# JPKI's certificates for user authentication, with the policy of the test cards, on another algorithm.
set -eu
cd "$(dirname "$0")"
keys=$(mktemp -d)
trap 'rm -r "$keys"' EXIT

cat > "$keys/extensions" <<'EXTENSIONS'
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[leaf]
keyUsage = critical, digitalSignature
extendedKeyUsage = clientAuth
certificatePolicies = critical, 1.2.392.200149.8.5.1.0.30
authorityKeyIdentifier = keyid
EXTENSIONS

make() {
    name=$1 hash=$2
    shift 2
    for who in authority leaf; do
        case $name in
        p256) openssl ecparam -name prime256v1 -genkey -noout -out "$keys/$who.pem" ;;
        p384) openssl ecparam -name secp384r1 -genkey -noout -out "$keys/$who.pem" ;;
        pss) openssl genrsa -out "$keys/$who.pem" 2048 ;;
        esac
    done
    openssl req -new -key "$keys/authority.pem" -subj "/C=JP/O=Simulated/CN=$name authority" -out "$keys/authority.csr"
    openssl x509 -req -in "$keys/authority.csr" -signkey "$keys/authority.pem" "-$hash" "$@" -days 36500 \
        -extfile "$keys/extensions" -extensions authority -outform DER -out "$name-authority.der"
    openssl x509 -in "$name-authority.der" -inform DER -out "$keys/authority.crt"
    openssl req -new -key "$keys/leaf.pem" -subj "/C=JP/O=Simulated/CN=$name leaf" -out "$keys/leaf.csr"
    openssl x509 -req -in "$keys/leaf.csr" -CA "$keys/authority.crt" -CAkey "$keys/authority.pem" -set_serial 7 \
        "-$hash" "$@" -days 36500 -extfile "$keys/extensions" -extensions leaf -outform DER -out "$name-leaf.der"
    printf 'what the card was asked to sign' |
        openssl dgst "-$hash" "$@" -sign "$keys/leaf.pem" -out "$name-signature.bin"
}

make p256 sha256
make p384 sha384
make pss sha384 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:48
