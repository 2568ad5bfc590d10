"""curl, with the commands that the hosted API documents and those of our README."""

import json
import os
import subprocess
from email.parser import Parser
from pathlib import Path

import pytest
from conftest import check_times, picture

ROOT = Path(os.environ["PENSTOCK_ROOT"])
ORIGIN = "https://app.example.org"
CAT = picture("chelsea.png")


def shell(command, **variables):
    """Runs a command of curl -i; returns status, headers and body of its answer."""
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, cwd=ROOT, timeout=60, check=False,
        env={**os.environ, **variables},
    )
    assert done.returncode == 0, done.stderr
    head, body = done.stdout.split(b"\r\n\r\n", 1)
    while head.startswith(b"HTTP/1.1 100"):
        head, body = body.split(b"\r\n\r\n", 1)
    status, _, headers = head.decode().partition("\r\n")
    return int(status.split()[1]), Parser().parsestr(headers), body


def readme_commands():
    lines = (ROOT / "README.md").read_text().splitlines()
    return [line for line in lines if line.startswith("curl ")]


def test_the_readme_has_commands():
    assert len(readme_commands()) >= 2


@pytest.mark.parametrize("command", readme_commands())
def test_a_command_of_the_readme_works(url, command):
    for address in ("http://localhost:9001", "http://10.0.0.5:9001"):
        command = command.replace(address, url)
    status, headers, body = shell(command + " -s")

    assert status == 200
    check_times(headers)
    assert json.loads(body)["predictions"]


@pytest.mark.parametrize(
    "command",
    [
        pytest.param('base64 "$IMAGE" | curl -is -d @- "$URL/coco/1?api_key=any"', id="base64"),
        pytest.param(
            'base64 "$IMAGE" | curl -is -d @- -H "Content-Type: application/json"'
            ' "$URL/coco/1?api_key=any&confidence=40&overlap=30"',
            id="base64-as-json",
        ),
        pytest.param('curl -is -F file=@"$IMAGE" "$URL/coco/1?api_key=any"', id="multipart"),
        pytest.param(
            """printf '{"model_id":"coco/1","api_key":"any","image":{"type":"base64","value":"%s"}}'"""
            ' "$(base64 -w0 "$IMAGE")" | curl -is -H "Content-Type: application/json" -d @-'
            ' "$URL/infer/object_detection"',
            id="json",
        ),
        pytest.param('base64 "$IMAGE" | curl -is -d @- "$URL//coco/1?api_key=any"', id="slashes"),
    ],
)
def test_a_documented_command_works(url, command):
    status, headers, body = shell(command, URL=url, IMAGE=CAT)

    assert status == 200
    check_times(headers)
    assert "cat" in [one["class"] for one in json.loads(body)["predictions"]]


def test_a_drawing_is_saved(url):
    status, headers, body = shell(
        'base64 "$IMAGE" | curl -is -d @- "$URL/coco/1?api_key=any&format=image&labels=on&stroke=2"',
        URL=url, IMAGE=CAT,
    )

    assert status == 200
    assert headers["Content-Type"] == "image/jpeg"
    assert body.startswith(b"\xff\xd8")
    check_times(headers)


@pytest.mark.parametrize("image", ["https%3A%2F%2F127.0.0.1%2Fa.jpg", "http%3A%2F%2Fa.example%2Fa.jpg"])
def test_an_address_that_may_not_be_fetched_is_refused(url, image):
    status, headers, body = shell(
        'curl -is -X POST "$URL/coco/1?api_key=any&image=$ADDRESS"', URL=url, ADDRESS=image
    )

    assert status == 400
    assert json.loads(body)["message"]
    check_times(headers)


def test_a_preflight_allows_what_it_asks_for(url):
    status, headers, _ = shell(
        'curl -is -X OPTIONS -H "Origin: $ORIGIN" -H "Access-Control-Request-Method: POST"'
        ' -H "Access-Control-Request-Headers: content-type" "$URL/coco/1?api_key=any"',
        URL=url, ORIGIN=ORIGIN,
    )

    assert status == 200
    assert headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "POST" in headers["Access-Control-Allow-Methods"]
    assert headers["Access-Control-Allow-Headers"] == "content-type"
    check_times(headers)
