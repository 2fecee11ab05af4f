// Cancels a search in mid-call, in Go with google.golang.org/grpc, and reads the
// server's proof.
//
// Needs: apt-get install golang-go golang-google-grpc-dev golang-github-golang-protobuf-1-5-dev protoc-gen-go-1-5 protoc-gen-go-grpc protobuf-compiler
//
//	out=$(mktemp -d)
//	files="hash_name/hash_name.proto hash_name/v1/search_report.proto hash_name/v1/hop.proto hash_name/v1/used_worker.proto"
//	names=$(for file in $files; do echo M$file=finder/$(dirname $file), ; done | tr -d '\n ')
//	protoc -I proto --go_out=$names:$out --go-grpc_out=$names:$out $files
//	mkdir $out/src && mv $out/finder $out/src
//	GO111MODULE=off GOCACHE=$out/cache GOPATH=$out:/usr/share/gocode go build -o $out/cancel examples/cancel.go
//	$out/cancel localhost:50051
//
// It shows that the context is the way to cancel: every outgoing call takes one,
// and Recv returns the error Canceled once it is cancelled, made on this side
// without asking the server, whose word is asked in a second call with a context
// of its own. A stream whose context is never cancelled and that is not read to
// its end leaks.
package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log"
	"os"
	"runtime"
	"time"

	"finder/hash_name"
	reports "finder/hash_name/v1"

	"google.golang.org/grpc"
	"google.golang.org/grpc/status"
)

func main() {
	address := "localhost:50051"
	if len(os.Args) > 1 {
		address = os.Args[1]
	}
	fmt.Printf("Client   grpc-go %s, %s\n", grpc.Version, runtime.Version())
	id := make([]byte, 16)
	if _, err := rand.Read(id); err != nil {
		log.Fatal(err)
	}
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80 // A random UUID: RFC 9562, section 5.4.
	searchId := fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])
	fmt.Println("Search  ", searchId)

	// In later versions: grpc.WithTransportCredentials(insecure.NewCredentials()).
	connection, err := grpc.Dial(address, grpc.WithInsecure())
	if err != nil {
		log.Fatal(err)
	}
	defer connection.Close()

	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	matches, err := hash_name.NewHashFinderClient(connection).FindRange(ctx, &hash_name.HashNameRequest{
		DesiredName:                "cancellation", // is never found in our time,
		InterestingHammingDistance: 6,              // but half of it in every 70,000th hash
		SearchId:                   searchId,
	})
	for err == nil {
		if _, err = matches.Recv(); err == nil {
			cancel() // The first match shows that the search runs.
		}
	}
	if err == io.EOF {
		fmt.Println("Saw      OK")
	} else {
		fmt.Printf("Saw      %s: %s\n", status.Code(err), status.Convert(err).Message())
	}

	// The answer comes when every worker of the search is idle.
	patience, enough := context.WithTimeout(context.Background(), 10*time.Second)
	defer enough()
	asked := &reports.GetSearchReportRequest{SearchId: searchId}
	answer, err := reports.NewSearchReportServiceClient(connection).GetSearchReport(patience, asked)
	if err != nil {
		log.Fatal(err)
	}
	report := answer.Report
	seen, idle := report.EndingSeenAfter.AsDuration(), report.WorkersIdleAfter.AsDuration()
	fmt.Printf("Server   %s, seen after %.3f ms\n", report.Ending, seen.Seconds()*1000)
	fmt.Printf("Proof    %d hashes after it, %d of %d workers idle after %.3f ms\n",
		report.HashesAfterEnding, report.WorkersIdle, report.WorkersUsed, idle.Seconds()*1000)
}
