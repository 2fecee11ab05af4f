#!/usr/bin/env python3
"""Cancels a search in mid-call, in Python with grpcio, and reads the server's proof.

Needs: apt-get install python3-grpcio python3-grpc-tools

    python3 examples/cancel.py localhost:50051

It shows that `call.cancel()` is the whole of it: the next read raises an
RpcError with the code CANCELLED, made on this side without asking the server.
What the server did is therefore asked in a second call.
"""

import pathlib
import sys
import tempfile
import uuid

import grpc
import grpc_tools
from grpc_tools import protoc


def generate():
    """Makes the contract's classes in a folder that is gone when they are loaded."""
    proto = pathlib.Path(__file__).resolve().parent.parent / "proto"
    known = pathlib.Path(grpc_tools.__file__).parent / "_proto"
    reports = [f"hash_name/v1/{name}.proto" for name in ("search_report", "hop", "used_worker")]
    with tempfile.TemporaryDirectory() as folder:
        options = [f"-I{proto}", f"-I{known}", f"--python_out={folder}", f"--grpc_python_out={folder}"]
        if protoc.main(["protoc", *options, "hash_name/hash_name.proto", *reports]) != 0:
            sys.exit(f"Cannot generate code from {proto}: see above.")
        sys.path.insert(0, folder)
        from hash_name import hash_name_pb2, hash_name_pb2_grpc
        from hash_name.v1 import search_report_pb2, search_report_pb2_grpc
    return hash_name_pb2, hash_name_pb2_grpc, search_report_pb2, search_report_pb2_grpc


hash_name_pb2, hash_name_pb2_grpc, search_report_pb2, search_report_pb2_grpc = generate()


def main(address):
    print(f"Client   grpcio {grpc.__version__}, Python {sys.version.split()[0]}")
    search_id = str(uuid.uuid4())
    print(f"Search   {search_id}")
    with grpc.insecure_channel(address) as channel:
        call = hash_name_pb2_grpc.HashFinderStub(channel).FindRange(
            hash_name_pb2.HashNameRequest(
                desired_name="cancellation",  # is never found in our time,
                interesting_hamming_distance=6,  # but half of it in every 70,000th hash
                search_id=search_id,
            )
        )
        try:
            for _match in call:  # The first match shows that the search runs.
                call.cancel()
            print("Saw      OK")
        except grpc.RpcError as error:
            print(f"Saw      {error.code().name}: {error.details()}")

        asked = search_report_pb2.GetSearchReportRequest(search_id=search_id)
        # The answer comes when every worker of the search is idle.
        report = search_report_pb2_grpc.SearchReportServiceStub(channel).GetSearchReport(asked, timeout=10).report
        seen = report.ending_seen_after.ToNanoseconds() / 1e6
        idle = report.workers_idle_after.ToNanoseconds() / 1e6
        print(f"Server   {search_report_pb2.Ending.Name(report.ending)}, seen after {seen:.3f} ms")
        print(f"Proof    {report.hashes_after_ending} hashes after it, ", end="")
        print(f"{report.workers_idle} of {report.workers_used} workers idle after {idle:.3f} ms")


main(sys.argv[1] if len(sys.argv) > 1 else "localhost:50051")
