"""How connections are made: TLS that verifies, buffers and delays as asked for."""

import socket
import ssl
from pathlib import Path

import pytest

from fathom.domain import LocalError
from fathom.net import make_certificate
from fathom.net.link import LinkTerms, tls_context
from fathom.net.link.terms import tune


def test_tls_verifies_names_and_is_not_old() -> None:
    context = tls_context()
    assert context.verify_mode == ssl.CERT_REQUIRED
    assert context.check_hostname
    assert (context.minimum_version, context.maximum_version) == (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)


def test_one_more_authority_is_trusted_beside_the_others(tmp_path: Path) -> None:
    certificate = make_certificate(("127.0.0.1",), folder=tmp_path)
    before = {authority["serialNumber"] for authority in tls_context().get_ca_certs()}
    after = {authority["serialNumber"] for authority in tls_context(certificate.authority_file).get_ca_certs()}
    assert before <= after
    assert len(after) == len(before) + 1


@pytest.mark.parametrize("content", [None, b"", b"not a certificate"])
def test_an_authority_that_cannot_be_read_is_a_sentence(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "authority.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(LocalError, match=r"^authority: cannot read certificates from .*authority\.pem"):
        tls_context(path)


@pytest.mark.parametrize("nodelay", [True, False])
def test_a_socket_is_tuned_as_asked_for(nodelay: bool) -> None:
    with socket.socket() as made:
        tune(made, LinkTerms(nodelay=nodelay, socket_buffer_bytes=65_536))
        assert bool(made.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)) is nodelay
        for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
            assert made.getsockopt(socket.SOL_SOCKET, option) >= 65_536
