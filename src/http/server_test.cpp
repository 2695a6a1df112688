// The server over real sockets, with our own client where it can say what is meant and raw bytes where it cannot.
#include "http/server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "base/process.hpp"
#include "http/client.hpp"
#include "http/sse.hpp"
#include "support/certificate.hpp"

namespace evenkeel::http {
namespace {

using namespace std::chrono_literals;

/// A TCP connection that sends and reads bytes as they are.
class RawConnection {
 public:
  explicit RawConnection(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval limit{10, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    if (::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) throw std::runtime_error("cannot connect");
  }
  ~RawConnection() { ::close(fd_); }
  RawConnection(const RawConnection&) = delete;
  void send(std::string_view bytes) { ASSERT_EQ(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL), ssize_t(bytes.size())); }
  /// Until the text has arrived, or the peer closed.
  std::string read_until(std::string_view text) {
    while (!got_.contains(text) && read_more()) {}
    return got_;
  }
  std::string read_all() {
    while (read_more()) {}
    return got_;
  }

 private:
  bool read_more() {
    char chunk[4096];
    const auto n = ::recv(fd_, chunk, sizeof chunk, 0);
    if (n <= 0) return false;
    got_.append(chunk, std::size_t(n));
    return true;
  }
  int fd_;
  std::string got_;
};

Response echo(const Request& request) {
  if (request.path == "/throw") throw std::runtime_error("broken invariant");
  if (request.path == "/close") {
    auto r = Response::text("bye");
    r.headers.set("Connection", "close");
    return r;
  }
  if (request.path == "/split") {
    auto r = Response::text("x");
    r.headers.set("X-Name", "a\r\nX-Injected: 1");
    return r;
  }
  if (request.path == "/large") return Response::text(std::string(3'000'000, 'x'));
  return Response::text(request.method + " " + request.path + " " + request.body);
}
std::unique_ptr<Server> serve(ServerOptions options = {}, Handler handler = echo) {
  return Server::start(std::move(options), std::move(handler)).value();
}
std::string url(const Server& server, std::string_view path) {
  return "http://127.0.0.1:" + std::to_string(server.port()) + std::string(path);
}

TEST(HttpServer, AnswersAndKeepsTheConnectionOpen) {
  const auto server = serve();
  RawConnection c{server->port()};
  c.send("GET /one HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(c.read_until("GET /one"), testing::HasSubstr("HTTP/1.1 200 OK\r\n"));
  c.send("POST /two HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhel");
  c.send("lo");
  EXPECT_THAT(c.read_until("POST /two hello"), testing::HasSubstr("Connection: keep-alive"));
}
TEST(HttpServer, RequestsSentTogetherAreAnsweredInOrder) {
  const auto server = serve();
  RawConnection c{server->port()};
  c.send("GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\nGET /3 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const auto all = c.read_all();
  EXPECT_LT(all.find("GET /1"), all.find("GET /2"));
  EXPECT_LT(all.find("GET /2"), all.find("GET /3"));
  EXPECT_NE(all.find("GET /3"), std::string::npos);
}
TEST(HttpServer, ConnectionCloseIsHonouredFromBothSides) {
  const auto server = serve();
  RawConnection asked{server->port()}, told{server->port()}, old{server->port()};
  asked.send("GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  told.send("GET /close HTTP/1.1\r\nHost: x\r\n\r\n");
  old.send("GET /b HTTP/1.0\r\n\r\n");
  for (auto* c : {&asked, &told, &old}) EXPECT_THAT(c->read_all(), testing::HasSubstr("Connection: close\r\n"));
}
TEST(HttpServer, HeadHasTheLengthAndNoBody) {
  const auto server = serve();
  RawConnection c{server->port()};
  c.send("HEAD /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const auto all = c.read_all();
  EXPECT_THAT(all, testing::HasSubstr("Content-Length: 8\r\n"));
  EXPECT_TRUE(all.ends_with("\r\n\r\n"));
}
TEST(HttpServer, LimitsAreAnsweredWithTheirStatus) {
  ServerOptions options;
  options.limits = {2048, 1000};
  const auto server = serve(options);
  const std::pair<std::string, std::string> cases[] = {
      {"GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(3000, 'a') + "\r\n\r\n", "431"},
      {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n", "413"},
      {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n" + std::string(2000, 'b') + "\r\n0\r\n\r\n", "413"},
      {"GET / HTTP/1.1\r\n\r\n", "400"},
      {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "400"},
      {"GET / HTTP/2.5\r\nHost: x\r\n\r\n", "505"},
      {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400"},
      {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", "400"},
      {"nonsense\r\n\r\n", "400"},
  };
  for (const auto& [bytes, status] : cases) {
    RawConnection c{server->port()};
    c.send(bytes);
    EXPECT_THAT(c.read_all(), testing::StartsWith("HTTP/1.1 " + status)) << bytes.substr(0, 80);
  }
}
TEST(HttpServer, ChunkedBodiesAndExpectedContinuesAreRead) {
  const auto server = serve();
  RawConnection c{server->port()};
  c.send("POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_THAT(c.read_until("\r\n\r\n"), testing::StartsWith("HTTP/1.1 100 Continue\r\n\r\n"));
  c.send("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
  EXPECT_THAT(c.read_until("POST /c abcde"), testing::HasSubstr("200 OK"));
}
TEST(HttpServer, AHandlerThatThrowsCostsOne500) {
  const auto server = serve();
  CurlClient client;
  const auto broken = client.send({.url = url(*server, "/throw")});
  ASSERT_TRUE(broken);
  EXPECT_EQ(broken->status, 500);
  EXPECT_EQ(broken->headers.get("content-type"), "application/problem+json");
  EXPECT_THAT(broken->body, testing::Not(testing::HasSubstr("broken invariant")));
  EXPECT_EQ(client.send({.url = url(*server, "/fine")})->status, 200);
}
TEST(HttpServer, HeaderValuesCannotBreakOutOfTheirLine) {
  const auto server = serve();
  CurlClient client;
  const auto answer = client.send({.url = url(*server, "/split")});
  ASSERT_TRUE(answer);
  EXPECT_FALSE(answer->headers.has("X-Injected"));
  EXPECT_TRUE(answer->headers.has("Content-Security-Policy"));
}
TEST(HttpServer, ALargeAnswerArrivesWhole) {
  const auto server = serve();
  CurlClient client;
  EXPECT_EQ(client.send({.url = url(*server, "/large")})->body.size(), 3'000'000u);
  const auto refused = client.send({.url = url(*server, "/large"), .max_body = 1000});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, testing::HasSubstr("larger than 1000 bytes"));
}
TEST(HttpServer, SlowAndIdleConnectionsAreClosed) {
  ServerOptions options;
  options.idle_timeout = 150ms;
  options.read_timeout = 150ms;
  const auto server = serve(options);
  RawConnection idle{server->port()}, slow{server->port()};
  slow.send("GET / HTTP/1.1\r\nHos");
  EXPECT_EQ(idle.read_all(), "");
  EXPECT_EQ(slow.read_all(), "");
}
TEST(HttpServer, WhenAllWorkersAreBusyTheRestIsToldSo) {
  std::mutex gate;
  std::unique_lock closed{gate};
  std::atomic<int> arrived = 0, inside = 0;
  ServerOptions options;
  options.io_threads = options.workers = 1;
  options.max_waiting = 1;
  const auto server = Server::start(
                          options,
                          [&](const Request&) {
                            ++inside;
                            inside.notify_all();
                            const std::scoped_lock wait{gate};
                            return Response::text("done");
                          },
                          [&](const Request&) -> std::optional<Response> {
                            ++arrived;
                            arrived.notify_all();
                            return {};
                          })
                          .value();
  const auto get = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
  RawConnection first{server->port()}, second{server->port()}, third{server->port()};
  first.send(get);
  inside.wait(0);  // the only worker has it
  second.send(get);
  arrived.wait(1);  // it waits in the queue, which is full now
  third.send(get);
  EXPECT_THAT(third.read_until("\r\n\r\n"), testing::AllOf(testing::StartsWith("HTTP/1.1 503"), testing::HasSubstr("Retry-After: 1")));
  closed.unlock();
  EXPECT_THAT(first.read_all(), testing::StartsWith("HTTP/1.1 200"));
}
TEST(HttpServer, StoppingLetsRunningRequestsFinish) {
  std::atomic<bool> inside = false;
  const auto server = serve({}, [&](const Request&) {
    inside = true;
    inside.notify_all();
    std::this_thread::sleep_for(100ms);
    return Response::text("finished");
  });
  RawConnection running{server->port()}, idle{server->port()};
  running.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  inside.wait(false);
  const auto begun = std::chrono::steady_clock::now();
  server->stop(5s);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 4s);
  EXPECT_THAT(running.read_all(), testing::AllOf(testing::HasSubstr("finished"), testing::HasSubstr("Connection: close")));
  EXPECT_EQ(idle.read_all(), "");
  EXPECT_EQ(server->connections(), 0u);
}
TEST(HttpServer, SpeaksTlsAndTheClientChecksWhoAnswers) {
  const testing_support::Certificate tls;
  ServerOptions options;
  options.certificate_file = tls.file;
  options.key_file = tls.key;
  const auto server = serve(options);
  const auto https = "https://127.0.0.1:" + std::to_string(server->port());
  CurlClient trusting{{.ca_file = tls.file}}, strict;
  EXPECT_EQ(trusting.send({.method = "POST", .url = https + "/x", .body = "hello"})->body, "POST /x hello");
  EXPECT_EQ(trusting.send({.url = https + "/large"})->body.size(), 3'000'000u);
  EXPECT_EQ(strict.send({.url = https + "/x"}).error().kind, ErrorKind::unavailable);
  RawConnection plain{server->port()};
  plain.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(plain.read_all(), testing::Not(testing::HasSubstr("HTTP/")));
  options.key_file = "/nonexistent/key.pem";
  EXPECT_THAT(Server::start(options, echo).error().message, testing::HasSubstr("/nonexistent/key.pem"));
}
/// Exit code and output of openssl's own client.
std::string s_client(const Server& server, const std::string& more) {
  const auto done =
      run_process({"sh", "-c",
                   fmt::format("printf 'GET / HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n' | timeout 10 openssl s_client "
                               "-connect 127.0.0.1:{} -ign_eof {} 2>&1",
                               server.port(), more)});
  return done ? done->out : done.error().message;
}
TEST(HttpServer, TlsHasNoCbcAndNoOldVersionAndKeepsClientsToIt) {
  const testing_support::Certificate tls;
  ServerOptions options;
  options.certificate_file = tls.file;
  options.key_file = tls.key;
  const auto server = serve(options);
  EXPECT_THAT(s_client(*server, "-tls1_2"), testing::HasSubstr("Strict-Transport-Security: max-age=31536000"));
  EXPECT_THAT(s_client(*server, "-tls1_3"), testing::HasSubstr("200 OK"));
  for (const auto* suites : {"ECDHE-ECDSA-AES128-SHA256", "ECDHE-ECDSA-AES256-SHA", "ECDHE-ECDSA-AES256-SHA384"})
    EXPECT_THAT(s_client(*server, std::string("-tls1_2 -cipher ") + suites), testing::Not(testing::HasSubstr("200 OK"))) << suites;
  EXPECT_THAT(s_client(*server, "-tls1_1 -cipher ALL:@SECLEVEL=0"), testing::Not(testing::HasSubstr("200 OK")));
}
TEST(HttpServer, ARenewedCertificateIsTakenUpAndABrokenOneIsNot) {
  const testing_support::Certificate old, renewed;
  ServerOptions options;
  options.certificate_file = old.file;
  options.key_file = old.key;
  options.read_timeout = Millis{400};  // the tick is a quarter of it
  const auto server = serve(options);
  const auto https = "https://127.0.0.1:" + std::to_string(server->port()) + "/x";
  const auto accepted_by = [&](const testing_support::Certificate& ca) {
    CurlClient client{{.ca_file = ca.file}};
    return client.send({.url = https}).has_value();
  };
  EXPECT_TRUE(accepted_by(old));
  std::this_thread::sleep_for(300ms);
  std::filesystem::copy_file(renewed.key, old.key + ".new");
  std::filesystem::rename(old.key + ".new", old.key);  // half of it: the certificate is still the old one
  std::this_thread::sleep_for(300ms);
  const auto before = old.file + ".before";
  std::filesystem::copy_file(old.file, before);
  CurlClient still{{.ca_file = before}};
  EXPECT_TRUE(still.send({.url = https})) << "a key without its certificate is not used";
  std::filesystem::copy_file(renewed.file, old.file + ".new");
  std::filesystem::rename(old.file + ".new", old.file);
  for (int i = 0; i < 100 && !accepted_by(renewed); ++i) std::this_thread::sleep_for(20ms);
  EXPECT_TRUE(accepted_by(renewed));
}
TEST(HttpServer, APortInUseIsAnErrorThatNamesIt) {
  const auto server = serve();
  ServerOptions options;
  options.port = server->port();
  const auto second = Server::start(options, echo);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(second.error().message, testing::HasSubstr(std::to_string(server->port())));
}

// ---- event streams -----------------------------------------------------------------------------------------------------

/// Keeps what was published before the hub was made, as the ledger does.
struct Past {
  std::vector<Event> events;
  EventHub::ReadMissed reader() {
    return [this](std::uint64_t after, std::size_t limit) -> Result<std::vector<Event>> {
      std::vector<Event> found;
      for (const auto& e : events)
        if (e.id > after && found.size() < limit) found.push_back(e);
      return found;
    };
  }
};
Handler streaming(std::shared_ptr<EventHub> hub) {
  return [hub](const Request& request) {
    return Response::stream({hub, last_event_id(request), [](const Event& e) { return e.name != "hidden"; }});
  };
}
constexpr auto get_events = "GET /events HTTP/1.1\r\nHost: x\r\n\r\n";

TEST(EventStreams, LiveEventsArriveAndHiddenOnesDoNot) {
  auto hub = std::make_shared<EventHub>(10, EventHub::ReadMissed{});
  const auto server = serve({}, streaming(hub));
  RawConnection c{server->port()};
  c.send(get_events);
  EXPECT_THAT(c.read_until("retry:"), testing::HasSubstr("text/event-stream"));
  hub->publish(11, "hidden", "secret");
  hub->publish(12, "release.changed", "{\"a\":1}\nsecond line");
  hub->publish(12, "release.changed", "again");
  const auto got = c.read_until("second line\n\n");
  EXPECT_THAT(got, testing::HasSubstr("id: 12\nevent: release.changed\ndata: {\"a\":1}\ndata: second line\n\n"));
  EXPECT_THAT(got, testing::Not(testing::AnyOf(testing::HasSubstr("secret"), testing::HasSubstr("again"))));
}
TEST(EventStreams, AReturningClientGetsWhatItMissedExactlyOnce) {
  Past past;
  for (std::uint64_t id = 1; id <= 1200; ++id) past.events.push_back({id, "e", "old" + std::to_string(id)});
  auto hub = std::make_shared<EventHub>(1200, past.reader(), 4);
  const auto server = serve({}, streaming(hub));
  for (std::uint64_t id = 1201; id <= 1210; ++id) {  // more than the hub keeps
    past.events.push_back({id, "e", "new" + std::to_string(id)});
    hub->publish(id, "e", "new" + std::to_string(id));
  }
  RawConnection c{server->port()};
  c.send("GET /events HTTP/1.1\r\nHost: x\r\nLast-Event-ID: 3\r\n\r\n");
  c.read_until("new1210\n\n");
  hub->publish(1211, "e", "last");
  const auto got = c.read_until("last\n\n");
  std::size_t at = 0;
  for (std::uint64_t id = 4; id <= 1211; ++id) {
    const auto frame = "id: " + std::to_string(id) + "\n";
    const auto found = got.find(frame, at);
    ASSERT_NE(found, std::string::npos) << id;
    EXPECT_EQ(got.find(frame, found + 1), std::string::npos) << id << " came twice";
    at = found;
  }
}
TEST(EventStreams, IdleStreamsArePinged) {
  ServerOptions options;
  options.ping_every = 50ms;
  const auto server = serve(options, streaming(std::make_shared<EventHub>(0, EventHub::ReadMissed{})));
  RawConnection c{server->port()};
  c.send(get_events);
  EXPECT_THAT(c.read_until(": ping\n\n: ping\n\n"), testing::HasSubstr(": ping\n\n: ping\n\n"));
}
TEST(EventStreams, AStreamEndsAfterItsLifeSoThatTheListenerIsAskedAgainWhoItIs) {
  ServerOptions options;
  options.ping_every = 20ms;
  options.stream_life = 60ms;
  const auto server = serve(options, streaming(std::make_shared<EventHub>(0, EventHub::ReadMissed{})));
  RawConnection c{server->port()};
  c.send(get_events);
  EXPECT_THAT(c.read_all(), testing::HasSubstr(": ping")) << "it lived, and then the server closed it";
}
TEST(EventStreams, AStreamThatDoesNotReadIsDroppedAndOthersGoOn) {
  ServerOptions options;
  options.write_timeout = 200ms;
  auto hub = std::make_shared<EventHub>(0, EventHub::ReadMissed{}, 64);
  const auto server = serve(options, streaming(hub));
  RawConnection stuck{server->port()};
  stuck.send(get_events);
  stuck.read_until("retry:");
  const std::string big(200'000, 'x');
  for (std::uint64_t id = 1; id <= 100; ++id) hub->publish(id, "e", big);  // far beyond what sockets buffer
  for (int i = 0; i < 100 && server->connections() > 0; ++i) std::this_thread::sleep_for(50ms);
  EXPECT_EQ(server->connections(), 0u);
  RawConnection other{server->port()};
  other.send(get_events);
  other.read_until("retry:");
  hub->publish(101, "e", "small");
  EXPECT_THAT(other.read_until("small\n\n"), testing::HasSubstr("id: 101\n"));
}
TEST(EventStreams, StoppingTheServerOrClosingTheHubEndsThem) {
  auto hub = std::make_shared<EventHub>(0, EventHub::ReadMissed{});
  const auto server = serve({}, streaming(hub));
  RawConnection one{server->port()};
  one.send(get_events);
  one.read_until("retry:");
  server->stop(5s);
  EXPECT_THAT(one.read_all(), testing::HasSubstr("retry:"));
  const auto second = serve({}, streaming(hub));
  RawConnection two{second->port()};
  two.send(get_events);
  two.read_until("retry:");
  hub->close();
  two.read_all();
}

}  // namespace
}  // namespace evenkeel::http
