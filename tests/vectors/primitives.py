# SPDX-License-Identifier: MIT
"""ChaCha20-Poly1305, HChaCha20 and the key derivation in plain Python.

Written from RFC 8439, draft-irtf-cfrg-xchacha-03 and the definition of
libsodium's crypto_kdf, and checked against the known answers of the first two.
Slow, readable, and sharing no code with what it verifies.
"""
import hashlib
import struct

SIGMA = struct.unpack("<4I", b"expand 32-byte k")
MASK = 0xFFFFFFFF
P1305 = (1 << 130) - 5


def quarter_round(x, a, b, c, d):
    """RFC 8439 section 2.1."""
    for into, other, by, turn in ((a, b, d, 16), (c, d, b, 12),
                                  (a, b, d, 8), (c, d, b, 7)):
        x[into] = (x[into] + x[other]) & MASK
        mixed = x[by] ^ x[into]
        x[by] = ((mixed << turn) | (mixed >> (32 - turn))) & MASK


def rounds(state):
    """The 20 rounds without the final addition."""
    x = list(state)
    for _ in range(10):
        quarter_round(x, 0, 4, 8, 12)
        quarter_round(x, 1, 5, 9, 13)
        quarter_round(x, 2, 6, 10, 14)
        quarter_round(x, 3, 7, 11, 15)
        quarter_round(x, 0, 5, 10, 15)
        quarter_round(x, 1, 6, 11, 12)
        quarter_round(x, 2, 7, 8, 13)
        quarter_round(x, 3, 4, 9, 14)
    return x


def chacha20_block(key, counter, nonce):
    """RFC 8439 section 2.3."""
    state = (*SIGMA, *struct.unpack("<8I", key), counter,
             *struct.unpack("<3I", nonce))
    mixed = rounds(state)
    return struct.pack("<16I", *((a + b) & MASK
                                 for a, b in zip(mixed, state)))


def chacha20(key, counter, nonce, data):
    """RFC 8439 section 2.4."""
    out = bytearray()
    for at in range(0, len(data), 64):
        stream = chacha20_block(key, counter + at // 64, nonce)
        out += bytes(a ^ b for a, b in zip(data[at:at + 64], stream))
    return bytes(out)


def hchacha20(key, nonce16):
    """draft-irtf-cfrg-xchacha-03 section 2.2."""
    state = (*SIGMA, *struct.unpack("<8I", key),
             *struct.unpack("<4I", nonce16))
    x = rounds(state)
    return struct.pack("<8I", *x[0:4], *x[12:16])


def poly1305(key, message):
    """RFC 8439 section 2.5."""
    r = int.from_bytes(key[:16], "little")
    r &= 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    acc = 0
    for at in range(0, len(message), 16):
        block = message[at:at + 16] + b"\x01"
        acc = (acc + int.from_bytes(block, "little")) * r % P1305
    acc += int.from_bytes(key[16:], "little")
    return (acc & ((1 << 128) - 1)).to_bytes(16, "little")


def tag_of(key, nonce, ad, sealed):
    """RFC 8439 section 2.8."""
    one_time = chacha20_block(key, 0, nonce)[:32]
    text = ad + bytes(-len(ad) % 16) + sealed + bytes(-len(sealed) % 16)
    text += struct.pack("<QQ", len(ad), len(sealed))
    return poly1305(one_time, text)


def aead_seal(key, nonce, ad, clear):
    sealed = chacha20(key, 1, nonce, clear)
    return sealed + tag_of(key, nonce, ad, sealed)


def aead_open(key, nonce, ad, sealed):
    """The clear text, or None when the tag is wrong."""
    if len(sealed) < 16:
        return None
    body, tag = sealed[:-16], sealed[-16:]
    if tag_of(key, nonce, ad, body) != tag:
        return None
    return chacha20(key, 1, nonce, body)


def xchacha_seal(key, nonce24, ad, clear):
    """draft-irtf-cfrg-xchacha-03 section 2.3."""
    subkey = hchacha20(key, nonce24[:16])
    return aead_seal(subkey, bytes(4) + nonce24[16:], ad, clear)


def kdf(master, number, context=b"silboPK1"):
    """libsodium's crypto_kdf_derive_from_key: BLAKE2b with the number as salt
    and the context as personalisation."""
    return hashlib.blake2b(b"", digest_size=32, key=master,
                           salt=number.to_bytes(8, "little") + bytes(8),
                           person=context + bytes(8)).digest()


def expect(truth, what):
    """An assert that python3 -O keeps."""
    if not truth:
        raise ValueError("known answer differs: " + what)


def check_known_answers():
    """Raises ValueError when a primitive is not what its document says."""
    key = bytes(range(32))
    nonce = bytes.fromhex("000000090000004a00000000")
    expect(chacha20_block(key, 1, nonce).hex() == (
        "10f1e7e4d13b5915500fdd1fa32071c4c7d1f4c733c068030422aa9ac3d46c4e"
        "d2826446079faa0914c2d705d98b02a2b5129cd1de164eb9cbd083e8a2503c4e"
    ), "RFC 8439 section 2.3.2")

    expect(poly1305(bytes.fromhex(
        "85d6be7857556d337f4452fe42d506a80103808afb0db2fd4abff6af4149f51b"),
        b"Cryptographic Forum Research Group").hex() == (
            "a8061dc1305136c6c22b8baf0c0127a9"), "RFC 8439 section 2.5.2")

    key = bytes(range(0x80, 0xA0))
    text = (b"Ladies and Gentlemen of the class of '99: If I could offer you "
            b"only one tip for the future, sunscreen would be it.")
    ad = bytes.fromhex("50515253c0c1c2c3c4c5c6c7")
    nonce = bytes.fromhex("070000004041424344454647")
    sealed = aead_seal(key, nonce, ad, text)
    expect(sealed[:16].hex() == "d31a8d34648e60db7b86afbc53ef7ec2"
           and sealed[-16:].hex() == "1ae10b594f09e26a7e902ecbd0600691"
           and aead_open(key, nonce, ad, sealed) == text,
           "RFC 8439 section 2.8.2")

    expect(hchacha20(bytes(range(32)), bytes.fromhex(
        "000000090000004a0000000031415927")).hex() == (
            "82413b4227b27bfed30e42508a877d73"
            "a0f9e4d58a74a853c12ec41326d3ecdc"), "xchacha-03 section 2.2.1")

    sealed = xchacha_seal(key, bytes(range(0x40, 0x58)), ad, text)
    expect(sealed[-16:].hex() == "c0875924c1c7987947deafd8780acf49",
           "xchacha-03 appendix A.3.1")


check_known_answers()
