#!/usr/bin/env python3
"""A worker for Hash Finder in plain Python: slow, and right.

    python3 examples/worker.py --port 50053
    npm start -- --upstream http://127.0.0.1:50053

It is one seat of a machine that computes for other servers, written from
docs/worker.md alone. To make it fast, replace `step`: everything around it is
the contract. Needs grpcio and grpcio-tools (Debian: python3-grpcio,
python3-grpc-tools).
"""

import argparse
import base64
import hashlib
import operator
import os
import pathlib
import signal
import socket
import sys
import tempfile
import threading
import time
import uuid
from concurrent import futures

import grpc
import grpc_tools
from grpc_tools import protoc

CONTRACT_VERSION = 1
MOST_MATCHES = 16_384  # after which a scan ends with what it has
STEP_SECONDS = 0.02  # between two answers; the contract asks for one every 0.1
STEP_MATCHES = 1000  # that fit a message of 64 kB
# A range is sized for the usual worker. One that is slower gives back the rest
# of it, so that nobody waits long for the candidates in the middle.
LONGEST_SECONDS = 0.5
INSTANCE = str(uuid.uuid4())  # another one after a restart
NAME = f"{socket.gethostname()}:{os.getpid()} (Python)"
BASE64 = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
FIRST_OF_LENGTH = [(256**length - 1) // 255 for length in range(10)]


def generate():
    """Makes the contract's classes in a folder that is gone when the process is."""
    proto = pathlib.Path(__file__).resolve().parent.parent / "proto"
    known = pathlib.Path(grpc_tools.__file__).parent / "_proto"
    files = ["hash_name/v1/scan.proto", "hash_name/v1/hop.proto", "hash_name/hash_name.proto"]
    with tempfile.TemporaryDirectory() as folder:
        options = [f"-I{proto}", f"-I{known}", f"--python_out={folder}", f"--grpc_python_out={folder}"]
        if protoc.main(["protoc", *options, *files]) != 0:
            sys.exit(f"Cannot generate code from {proto}: see above.")
        sys.path.insert(0, folder)
        from hash_name import hash_name_pb2
        from hash_name.v1 import scan_pb2, scan_pb2_grpc
    return hash_name_pb2, scan_pb2, scan_pb2_grpc


hash_name_pb2, scan_pb2, scan_pb2_grpc = generate()


def secret_at(index):
    """The candidate with an index: all byte strings, by length, then in order."""
    length = 0
    while FIRST_OF_LENGTH[length + 1] <= index:
        length += 1
    return (index - FIRST_OF_LENGTH[length]).to_bytes(length, "big")


def closest(wanted, found):
    """The fewest mismatches over all windows, and where the first such window starts."""
    size = len(wanted)
    return min((sum(map(operator.ne, wanted, found[at : at + size])), at) for at in range(29 - size))


class Job:
    """One range that is being scanned."""

    def __init__(self, asked):
        self.asked = asked
        self.wanted = asked.desired_name.lower()
        self.began = time.monotonic()
        self.tried = self.matches = 0
        self.computed = 0.0  # seconds
        self.found = False
        self.seen = None  # when the interrupt was seen, and what was tried by then
        self.lock = threading.Lock()

    def interrupt(self):
        with self.lock:
            self.seen = self.seen or (time.monotonic() - self.began, self.tried)

    @property
    def is_over(self):
        is_full = self.matches >= MOST_MATCHES or self.computed >= LONGEST_SECONDS
        return bool(self.found or self.seen or is_full or self.tried >= self.asked.count)

    def step(self):
        """Tries candidates for a moment, and returns the matches among them in frames."""
        asked, frames, most = self.asked, bytearray(), self.matches + STEP_MATCHES
        before = time.monotonic()
        while not self.is_over and self.matches < most and time.monotonic() < before + STEP_SECONDS:
            index = asked.start_index + self.tried
            secret = secret_at(index)
            text = base64.b64encode(hashlib.sha1(secret).digest()).decode()
            distance, offset = closest(self.wanted, text.lower())
            self.tried += 1
            if distance > asked.listed_hamming_distance:
                continue
            message = hash_name_pb2.HashNameResponse(
                secret=base64.b64encode(secret).decode(),
                hashed_name=text,
                hamming_distance=distance,
                candidate_index=index,
                match_offset=offset,
            ).SerializeToString()
            frames += b"\0" + len(message).to_bytes(4, "big") + message
            self.matches += 1
            self.found = distance <= asked.ideal_hamming_distance
        self.computed += time.monotonic() - before
        return bytes(frames)

    def ended(self):
        """What the caller hears last."""
        ended = scan_pb2.ScanEnded(tried=self.tried)
        ended.took.FromNanoseconds(int(self.computed * 1e9))
        ended.idle_after.FromNanoseconds(int((time.monotonic() - self.began) * 1e9))
        if self.seen:
            seconds, tried = self.seen
            ended.interrupt_seen_after.FromNanoseconds(int(seconds * 1e9))
            ended.hashes_after_interrupt = self.tried - tried
        return ended


class Scanner(scan_pb2_grpc.ScanServiceServicer):
    """The contract around it."""

    def __init__(self, hashes_per_second):
        self.hashes_per_second = hashes_per_second
        self.jobs = set()
        self.seat = threading.Lock()
        self.is_leaving = False

    def GetScanner(self, request, context):
        self.refuse_strangers(request, context)
        return scan_pb2.GetScannerResponse(
            contract_version=CONTRACT_VERSION,
            server_instance=INSTANCE,
            server_name=NAME,
            seats=1,
            expected_hashes_per_second=self.hashes_per_second,
            instances=[INSTANCE],
        )

    def Scan(self, requests, context):
        first = next(requests, None)
        if first is None or first.WhichOneof("request") != "range":
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "The first message of a scan must be its range.")
        self.refuse_strangers(first.range, context)
        refuse_nonsense(first.range, context)
        job = Job(first.range)
        self.jobs.add(job)
        # The end of the call, whatever ends it, interrupts: nobody wants the rest.
        if not context.add_callback(job.interrupt):
            job.interrupt()
        threading.Thread(target=self.listen, args=(requests, job), daemon=True).start()
        print(f"Scans {job.asked.count} candidates from {job.asked.start_index}", flush=True)
        try:
            yield scan_pb2.ScanResponse(
                accepted=scan_pb2.ScanAccepted(
                    contract_version=CONTRACT_VERSION, server_instance=INSTANCE, server_name=NAME
                )
            )
            while not job.is_over:
                with self.seat:
                    frames = job.step()
                if frames:
                    yield scan_pb2.ScanResponse(matches=scan_pb2.ScanMatches(frames=frames))
                yield scan_pb2.ScanResponse(progress=scan_pb2.ScanProgress(tried=job.tried))
            if job.tried == 0 and self.is_leaving:
                context.abort(grpc.StatusCode.UNAVAILABLE, "The worker leaves.")
            yield scan_pb2.ScanResponse(ended=job.ended())
        finally:
            self.jobs.discard(job)
            said = f"Idle: tried {job.tried} of {job.asked.count}"
            if job.seen:
                said += f", {1000 * (time.monotonic() - job.began - job.seen[0]):.1f} ms after an interrupt"
            print(said, flush=True)

    def listen(self, requests, job):
        """Hears the interrupt, also while the scan computes."""
        try:
            for request in requests:
                if request.WhichOneof("request") == "interrupt":
                    job.interrupt()
        except grpc.RpcError:
            pass  # The call has ended, which interrupts too.

    def refuse_strangers(self, request, context):
        if request.contract_version != CONTRACT_VERSION:
            context.abort(
                grpc.StatusCode.FAILED_PRECONDITION,
                f"This worker speaks version {CONTRACT_VERSION} of the scan contract, "
                f"the caller version {request.contract_version}. Use the same on both.",
            )
        if INSTANCE in request.path:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, "This worker would compute for itself.")
        if self.is_leaving:
            context.abort(grpc.StatusCode.UNAVAILABLE, "The worker leaves.")

    def leave(self):
        """What was tried is handed back, the rest goes elsewhere."""
        self.is_leaving = True
        for job in list(self.jobs):
            job.interrupt()


def refuse_nonsense(asked, context):
    name, ideal, listed = asked.desired_name, asked.ideal_hamming_distance, asked.listed_hamming_distance
    is_name = 1 <= len(name) <= 28 and all(c in BASE64 for c in name.removesuffix("="))
    is_range = 1 <= asked.count < 2**32 and asked.start_index + asked.count < 2**64
    if not (is_name and is_range and -1 <= ideal <= listed <= len(name)):
        context.abort(grpc.StatusCode.INVALID_ARGUMENT, "The range is none: see docs/worker.md.")


def main():
    parser = argparse.ArgumentParser(description="Computes for Hash Finder servers.")
    parser.add_argument("--port", type=int, default=50053, help="port on 127.0.0.1; 0 for any free one")
    port = parser.parse_args().port
    trial = Job(scan_pb2.ScanRange(desired_name="doctor", ideal_hamming_distance=-1, count=2**32 - 1))
    for _ in range(5):
        trial.step()
    scanner = Scanner(hashes_per_second=trial.tried / trial.computed)
    # An interrupt is heard by another thread, which must not wait long for its turn.
    sys.setswitchinterval(0.001)
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=16), maximum_concurrent_rpcs=16)
    scan_pb2_grpc.add_ScanServiceServicer_to_server(scanner, server)
    # grpc.health.v1 for load balancers: the one field of the answer is 1 for
    # serving, 2 for not serving.
    check = grpc.unary_unary_rpc_method_handler(
        lambda _request, _context: b"\x08\x02" if scanner.is_leaving else b"\x08\x01"
    )
    health = grpc.method_handlers_generic_handler("grpc.health.v1.Health", {"Check": check})
    server.add_generic_rpc_handlers((health,))
    port = server.add_insecure_port(f"127.0.0.1:{port}")
    server.start()
    leaving = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: leaving.set())
    print(f"Scan port  127.0.0.1:{port}, {scanner.hashes_per_second:,.0f} hashes a second", flush=True)
    leaving.wait()
    scanner.leave()
    server.stop(grace=3).wait()


if __name__ == "__main__":
    main()
