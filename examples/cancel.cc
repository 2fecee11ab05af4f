// Cancels a search in mid-call, in C++ with grpc++, and reads the server's proof.
//
// Needs: apt-get install g++ libgrpc++-dev protobuf-compiler-grpc pkg-config
//
//     out=$(mktemp -d)
//     services="hash_name/hash_name.proto hash_name/v1/search_report.proto"
//     protoc -I proto --cpp_out=$out $services hash_name/v1/hop.proto hash_name/v1/used_worker.proto
//     protoc -I proto --grpc_out=$out --plugin=protoc-gen-grpc=$(which grpc_cpp_plugin) $services
//     g++ -std=c++17 -I $out -o $out/cancel examples/cancel.cc $(find $out -name '*.cc') $(pkg-config --cflags --libs grpc++ protobuf)
//     $out/cancel localhost:50051
//
// It shows that TryCancel of the call's ClientContext is a request, hence its
// name: reads end, and Finish gives the status CANCELLED, made on this side without
// asking the server, whose word is asked in a second call with a context of its own.
#include <grpcpp/grpcpp.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <random>
#include <string>

#include "hash_name/hash_name.grpc.pb.h"
#include "hash_name/v1/search_report.grpc.pb.h"

static std::string uuid() {
  std::random_device random;
  char text[37];
  std::snprintf(text, sizeof text, "%08x-%04x-4%03x-a%03x-%08x%04x", random(), random() & 0xffff,
                random() & 0xfff, random() & 0xfff, random(), random() & 0xffff);
  return text;
}

static double milliseconds(const google::protobuf::Duration& duration) {
  return duration.seconds() * 1e3 + duration.nanos() / 1e6;
}

int main(int count, char** arguments) {
  const std::string address = count > 1 ? arguments[1] : "localhost:50051";
  std::printf("Client   grpc++ %s, g++ %s\n", grpc::Version().c_str(), __VERSION__);
  const std::string search_id = uuid();
  std::printf("Search   %s\n", search_id.c_str());
  const auto channel = grpc::CreateChannel(address, grpc::InsecureChannelCredentials());

  hash_name::HashNameRequest request;
  request.set_desired_name("cancellation");          // is never found in our time,
  request.set_interesting_hamming_distance(6);  // but half of it in every 70,000th hash
  request.set_search_id(search_id);
  grpc::ClientContext context;
  const auto matches = hash_name::HashFinder::NewStub(channel)->FindRange(&context, request);
  hash_name::HashNameResponse match;
  while (matches->Read(&match)) context.TryCancel();  // The first match shows that the search runs.
  const grpc::Status ended = matches->Finish();
  const std::string code = ended.error_code() == grpc::CANCELLED ? "CANCELLED" : std::to_string(ended.error_code());
  std::printf("Saw      %s\n", ended.ok() ? "OK" : (code + ": " + ended.error_message()).c_str());

  // The answer comes when every worker of the search is idle.
  grpc::ClientContext patience;
  patience.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
  hash_name::v1::GetSearchReportRequest asked;
  asked.set_search_id(search_id);
  hash_name::v1::GetSearchReportResponse answer;
  const auto reports = hash_name::v1::SearchReportService::NewStub(channel);
  if (const grpc::Status failed = reports->GetSearchReport(&patience, asked, &answer); !failed.ok()) {
    std::fprintf(stderr, "Cannot read the report: %s\n", failed.error_message().c_str());
    return 1;
  }
  const auto& report = answer.report();
  std::printf("Server   %s, seen after %.3f ms\n", hash_name::v1::Ending_Name(report.ending()).c_str(),
              milliseconds(report.ending_seen_after()));
  std::printf("Proof    %ju hashes after it, %u of %u workers idle after %.3f ms\n",
              static_cast<std::uintmax_t>(report.hashes_after_ending()), report.workers_idle(),
              report.workers_used(), milliseconds(report.workers_idle_after()));
}
