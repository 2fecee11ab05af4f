// Cancels a search in mid-call, in Java with grpc-java, and reads the server's proof.
//
// Needs: apt-get install default-jdk-headless libgrpc-java libnetty-java libperfmark-java protobuf-compiler-grpc-java-plugin
//
//     out=$(mktemp -d)
//     files="hash_name/hash_name.proto hash_name/v1/search_report.proto hash_name/v1/hop.proto hash_name/v1/used_worker.proto"
//     protoc -I proto --java_out=$out --grpc_out=$out --plugin=protoc-gen-grpc=$(which grpc_java_plugin) $files
//     javac -nowarn -cp '/usr/share/java/*' -d $out/classes $(find $out -name '*.java') examples/cancel.java
//     java -cp "/usr/share/java/*:$out/classes" Cancel localhost:50051
//
// It shows that the context is the way to cancel: the calls that were made in it
// are cancelled with it, and the next read throws a StatusRuntimeException with the
// code CANCELLED, made on this side without asking the server, whose word is asked
// in a second call outside that context. Leaving the loop alone would cancel nothing.
import hash_name.HashFinderGrpc;
import hash_name.HashName.HashNameRequest;
import hash_name.v1.SearchReportOuterClass.GetSearchReportRequest;
import hash_name.v1.SearchReportServiceGrpc;
import io.grpc.Context;
import io.grpc.ManagedChannelBuilder;
import io.grpc.StatusRuntimeException;
import io.grpc.internal.GrpcUtil;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

class Cancel {
  public static void main(String[] arguments) throws Exception {
    var address = arguments.length > 0 ? arguments[0] : "localhost:50051";
    var version = GrpcUtil.getGrpcBuildVersion().getImplementationVersion();
    System.out.printf("Client   grpc-java %s, Java %s%n", version, Runtime.version());
    var searchId = UUID.randomUUID().toString();
    System.out.printf("Search   %s%n", searchId);
    var channel = ManagedChannelBuilder.forTarget(address).usePlaintext().build();
    var request =
        HashNameRequest.newBuilder()
            .setDesiredName("cancellation") // is never found in our time,
            .setInterestingHammingDistance(6) // but half of it in every 70,000th hash
            .setSearchId(searchId)
            .build();

    var context = Context.current().withCancellation();
    try {
      context.run(
          () -> {
            var matches = HashFinderGrpc.newBlockingStub(channel).findRange(request);
            while (matches.hasNext()) {
              matches.next();
              context.cancel(new Exception("seen enough")); // The first match shows that it runs.
            }
          });
      System.out.println("Saw      OK");
    } catch (StatusRuntimeException error) {
      var status = error.getStatus();
      System.out.printf("Saw      %s: %s%n", status.getCode(), status.getDescription());
    } finally {
      context.close();
    }

    // The answer comes when every worker of the search is idle.
    var asked = GetSearchReportRequest.newBuilder().setSearchId(searchId).build();
    var reports = SearchReportServiceGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS);
    var report = reports.getSearchReport(asked).getReport();
    var seen = report.getEndingSeenAfter();
    var idle = report.getWorkersIdleAfter();
    System.out.printf(
        "Server   %s, seen after %.3f ms%n", report.getEnding(), seen.getSeconds() * 1e3 + seen.getNanos() / 1e6);
    System.out.printf(
        "Proof    %d hashes after it, %d of %d workers idle after %.3f ms%n",
        report.getHashesAfterEnding(),
        report.getWorkersIdle(),
        report.getWorkersUsed(),
        idle.getSeconds() * 1e3 + idle.getNanos() / 1e6);
    channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
  }
}
