"""inference-cli: its speed test prints our execution time, and it predicts."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import PICTURES, picture

INFERENCE = Path(sys.executable).with_name("inference")


def inference(*arguments):
    done = subprocess.run(
        [INFERENCE, *arguments], capture_output=True, text=True, timeout=120, check=False
    )
    output = done.stdout + done.stderr
    assert done.returncode == 0, output
    return output


@pytest.fixture(params=["--legacy-endpoints", "--no-legacy-endpoints"])
def speed(request, url, tmp_path):
    """Measures the speed with some load; returns what is printed and what is saved."""

    def run(*load):
        saved = tmp_path / "speed.json"
        output = inference(
            "benchmark", "api-speed", "-m", "coco/1", "-d", PICTURES, "-h", url, "-a", "any",
            "-wr", "2", "-o", saved, "--max_error_rate", "0", request.param, *load,
        )
        return output, json.loads(saved.read_text())["benchmark_results"]

    return run


def test_the_speed_test_prints_our_execution_time(speed):
    # It prints every five seconds.
    output, results = speed("-br", "21", "-rps", "3")

    assert re.search(r"exec_avg: [0-9.]+ms", output), output
    assert re.search(r"Average remote execution time: [0-9.]+s \(across 21 requests\)", output)
    execution = results["average_execution_time_per_image_ms"]
    remote = results["avg_remote_execution_time"] * 1000
    assert 0 < execution <= remote <= results["average_inference_latency_ms"]


def test_several_clients_at_once_are_served_without_an_error(speed):
    _, results = speed("-br", "10", "-c", "4")

    assert results["inferences_made"] == 40
    assert results["error_rate"] == 0


def test_it_predicts(url):
    output = inference(
        "infer", "-i", picture("chelsea.png"), "-m", "coco/1", "-a", "any", "-h", url,
    )

    assert "'class': 'cat'" in output
