// What strangers put on the wire, byte for byte: where two readers could disagree about where a request ends, this one refuses.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gmock/gmock.h>

#include "http/server.hpp"

namespace evenkeel::http {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

std::uint16_t port_of(const std::unique_ptr<Server>& server) { return server->port(); }

/// A connection that sends bytes and reads what comes back, from 127.0.0.1 or a neighbour of it.
class Raw {
 public:
  explicit Raw(std::uint16_t port, const char* from = "127.0.0.1") : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in own{}, to{};
    own.sin_family = to.sin_family = AF_INET;
    ::inet_pton(AF_INET, from, &own.sin_addr);
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval limit{5, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    if (::bind(fd_, reinterpret_cast<sockaddr*>(&own), sizeof own) != 0 || ::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0)
      throw std::runtime_error("cannot connect");
  }
  ~Raw() { close(); }
  Raw(const Raw&) = delete;
  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }
  void send(std::string_view bytes) { (void)!::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL); }
  std::string read_until(std::string_view text) {
    while (!got_.contains(text) && more()) {}
    return got_;
  }
  std::string read_all() {
    while (more()) {}
    return got_;
  }
  /// Whether the server closed it without a word.
  bool was_closed() { return read_all().empty(); }

 private:
  bool more() {
    char chunk[4096];
    const auto n = ::recv(fd_, chunk, sizeof chunk, 0);
    if (n > 0) got_.append(chunk, std::size_t(n));
    return n > 0;
  }
  int fd_;
  std::string got_;
};

/// Every field that arrived, and the body.
Response told(const Request& request) {
  std::string out = request.method + " " + request.target + "\n";
  for (const auto& [name, value] : request.headers) out += name + "=" + value + "\n";
  return Response::text(out + "body=" + request.body + ";");
}
std::unique_ptr<Server> serve(ServerOptions options = {}, Handler handler = told) {
  return Server::start(std::move(options), std::move(handler)).value();
}
std::string answer(const std::unique_ptr<Server>& server, const std::string& bytes) {
  Raw c{port_of(server)};
  c.send(bytes);
  return c.read_until("\r\n\r\n");
}

TEST(Framing, WhatTwoReadersCouldReadDifferentlyIsRefused) {
  const auto server = serve();
  const std::string post = "POST / HTTP/1.1\r\nHost: x\r\n";
  for (const auto& bytes : std::vector<std::string>{
           "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
           post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
           post + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
           post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
           post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
           post + "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n",
           post + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
           post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
           post + "Content-Length: 3, 3\r\n\r\nabc",
           post + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
           post + "Content-Length: +3\r\n\r\nabc",
           post + "Content-Length: 0x3\r\n\r\nabc",
           post + "Content-Length: -1\r\n\r\n",
           post + "Content-Length: 18446744073709551617\r\n\r\n",
           post + "Content-Length : 3\r\n\r\nabc",
           post + "X: a\r\n folded\r\n\r\n",
           post + "X: a\r\n\tContent-Length: 3\r\n\r\nabc",
           post + "X: a\nY: b\r\n\r\n",
           post + "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
           "POST / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
           "GET http://evil.test/ HTTP/1.1\r\nHost: x\r\n\r\n",
           "GET / HTTP/1.1\nHost: x\n\n",
           " GET / HTTP/1.1\r\nHost: x\r\n\r\n",
           "GET  / HTTP/1.1\r\nHost: x\r\n\r\n",
           post + "Transfer-Encoding: chunked\r\n\r\n5 \r\nhello\r\n0\r\n\r\n",
           post + "Transfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n",
           post + "Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n",
           post + "Transfer-Encoding: chunked\r\n\r\n5\r\nhelloXX0\r\n\r\n",
           post + "Transfer-Encoding: chunked\r\n\r\n5;a\nb\r\nhello\r\n0\r\n\r\n",
       })
    EXPECT_THAT(answer(server, bytes), testing::AnyOf(StartsWith("HTTP/1.1 400"), StartsWith("HTTP/1.1 505"))) << bytes;
}
TEST(Framing, ChunkExtensionsAreReadAndForgottenAndHaveAnEnd) {
  const auto server = serve();
  const std::string post = "POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  Raw c{port_of(server)};
  c.send(post + "5;name=value;q=\"a b\"\r\nhello\r\n0;last\r\n\r\n");
  EXPECT_THAT(c.read_until("body="), HasSubstr("body=hello;"));
  Raw endless{port_of(server)};
  endless.send(post + "5;");
  for (int i = 0; i < 40; ++i) endless.send(std::string(1024, 'a'));
  EXPECT_THAT(endless.read_until("\r\n\r\n"), StartsWith("HTTP/1.1 400"));
  Raw trailers{port_of(server)};
  trailers.send(post + "0\r\n");
  for (int i = 0; i < 40; ++i) trailers.send("X: " + std::string(1024, 'a') + "\r\n");
  EXPECT_THAT(trailers.read_until("\r\n\r\n"), StartsWith("HTTP/1.1 4"));
}
TEST(Framing, TrailersAreNoHeaderFields) {
  const auto server = serve();
  Raw c{port_of(server)};
  c.send(
      "POST /t HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTrailer: Authorization\r\n\r\n2\r\nhi\r\n0\r\n"
      "Authorization: Bearer ek_stolen\r\nX-Forwarded-For: 127.0.0.1\r\nCookie: evenkeel_session=1\r\n\r\n");
  const auto all = c.read_until("body=");
  EXPECT_THAT(all, HasSubstr("body=hi;"));
  for (const auto* smuggled : {"Authorization=", "X-Forwarded-For=", "Cookie="}) EXPECT_THAT(all, testing::Not(HasSubstr(smuggled)));
}
TEST(Framing, ARequestSmuggledBehindARefusedOneIsNotAnswered) {
  const auto server = serve();
  Raw c{port_of(server)};
  c.send(
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /second HTTP/1.1\r\nHost: "
      "x\r\n\r\n");
  EXPECT_THAT(c.read_all(), testing::Not(HasSubstr("/second")));
}

// ---- what is bounded before it is read or run ------------------------------------------------------------------------

TEST(Bounds, WhoMayNotSendABodyIsToldSoBeforeItIsRead) {
  ServerOptions options;
  std::atomic<int> handled = 0;
  options.admit = [](const Request& head) -> Admission {
    if (head.headers.get("Authorization").empty()) return {0, Response::text("sign in", 401)};
    return {1000, {}};
  };
  const auto server = serve(options, [&](const Request& r) { return ++handled, told(r); });
  EXPECT_THAT(answer(server, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 16000000\r\n\r\n"), StartsWith("HTTP/1.1 401"));
  EXPECT_THAT(answer(server, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"), StartsWith("HTTP/1.1 401"))
      << "not told to go on first";
  const std::string mine = "POST / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer 1\r\n";
  EXPECT_THAT(answer(server, mine + "Content-Length: 1001\r\n\r\n"), StartsWith("HTTP/1.1 413"));
  EXPECT_THAT(answer(server, mine + "Transfer-Encoding: chunked\r\n\r\n3e9\r\n"), StartsWith("HTTP/1.1 413"));
  EXPECT_EQ(handled, 0);
  EXPECT_THAT(answer(server, mine + "Content-Length: 2\r\n\r\nhi"), StartsWith("HTTP/1.1 200"));
  EXPECT_EQ(handled, 1);
}
TEST(Bounds, AllBodiesTogetherHaveOneBudget) {
  ServerOptions options;
  options.max_bodies = 30'000;
  const auto server = serve(options);
  const std::string head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10000\r\nExpect: 100-continue\r\n\r\n";
  std::vector<std::unique_ptr<Raw>> held;
  for (int i = 0; i < 3; ++i) {
    held.push_back(std::make_unique<Raw>(port_of(server)));
    held.back()->send(head);
    ASSERT_THAT(held.back()->read_until("\r\n\r\n"), StartsWith("HTTP/1.1 100"));
  }
  EXPECT_THAT(answer(server, head), StartsWith("HTTP/1.1 503"));
  EXPECT_THAT(answer(server, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"), StartsWith("HTTP/1.1 200")) << "what needs no body goes on";
  held.front()->send(std::string(10'000, 'a'));
  EXPECT_THAT(held.front()->read_until("body="), HasSubstr("200 OK"));
  held.back()->close();
  held.pop_back();
  for (int i = 0; i < 100; ++i) {  // what was held is free again, by an end and by a leaving
    if (answer(server, head).starts_with("HTTP/1.1 100")) return;
    std::this_thread::sleep_for(10ms);
  }
  FAIL() << "the budget was not given back";
}
TEST(Bounds, OneAddressHasSoManyConnectionsUntilItShowsWhoAsks) {
  ServerOptions options;
  options.max_unknown_per_address = 5;
  options.knows = [](const Request& r) { return r.headers.get("Authorization") == "Bearer good"; };
  const auto server = serve(options);
  const std::string plain = "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
                    signed_in = "GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer good\r\n\r\n";
  std::vector<std::unique_ptr<Raw>> open;
  for (int i = 0; i < 5; ++i) {
    open.push_back(std::make_unique<Raw>(port_of(server)));
    open.back()->send(plain);
    EXPECT_THAT(open.back()->read_until("body="), HasSubstr("200 OK"));
  }
  EXPECT_TRUE(Raw{port_of(server)}.was_closed());
  Raw neighbour{port_of(server), "127.0.0.2"};
  neighbour.send(plain);
  EXPECT_THAT(neighbour.read_until("body="), HasSubstr("200 OK")) << "another address is not meant";
  for (auto& c : open) {
    c->send(signed_in);
    EXPECT_THAT(c->read_until("Bearer good"), HasSubstr("200 OK"));
  }
  for (int i = 0; i < 20; ++i) {
    open.push_back(std::make_unique<Raw>(port_of(server)));
    open.back()->send(signed_in);
    EXPECT_THAT(open.back()->read_until("body="), HasSubstr("200 OK")) << "who has signed in has as many as they like";
  }
  open.clear();
  for (int i = 0; i < 5; ++i) EXPECT_THAT(answer(server, plain), StartsWith("HTTP/1.1 200")) << "and those that ended count no more";
}
TEST(Bounds, CostlyRequestsHaveTheirOwnThreadsAndOneTooManyIsToldSo) {
  ServerOptions options;
  options.workers = 2;
  options.costly_workers = 1;
  options.max_costly_waiting = 2;
  options.is_costly = [](const Request& r) { return r.path == "/hash"; };
  std::atomic<bool> go = false;
  const auto server = serve(options, [&](const Request& r) {
    while (r.path == "/hash" && !go) std::this_thread::sleep_for(5ms);
    return told(r);
  });
  std::vector<std::unique_ptr<Raw>> guesses;
  for (int i = 0; i < 10; ++i) {
    guesses.push_back(std::make_unique<Raw>(port_of(server)));
    guesses.back()->send("POST /hash HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
    std::this_thread::sleep_for(10ms);
  }
  for (int i = 0; i < 20; ++i) EXPECT_THAT(answer(server, "GET /other HTTP/1.1\r\nHost: x\r\n\r\n"), StartsWith("HTTP/1.1 200"));
  for (int i = 3; i < 10; ++i) EXPECT_THAT(guesses[std::size_t(i)]->read_until("\r\n\r\n"), StartsWith("HTTP/1.1 429"));
  go = true;
  for (int i = 0; i < 3; ++i) EXPECT_THAT(guesses[std::size_t(i)]->read_until("\r\n\r\n"), StartsWith("HTTP/1.1 200"));
}
TEST(Bounds, NobodyWorksForWhoHasLeft) {
  ServerOptions options;
  options.workers = 1;
  std::atomic<bool> go = false;
  std::atomic<int> handled = 0;
  const auto server = serve(options, [&](const Request& r) {
    while (r.path == "/first" && !go) std::this_thread::sleep_for(5ms);
    ++handled;
    return told(r);
  });
  Raw first{port_of(server)};
  first.send("GET /first HTTP/1.1\r\nHost: x\r\n\r\n");
  std::this_thread::sleep_for(50ms);
  for (int i = 0; i < 50; ++i) {
    Raw gone{port_of(server)};
    gone.send("GET /gone HTTP/1.1\r\nHost: x\r\n\r\n");
    std::this_thread::sleep_for(2ms);
  }
  Raw last{port_of(server)};
  last.send("GET /last HTTP/1.1\r\nHost: x\r\n\r\n");
  std::this_thread::sleep_for(200ms);
  go = true;
  EXPECT_THAT(last.read_until("body="), HasSubstr("GET /last"));
  EXPECT_EQ(handled, 2);
}
TEST(Bounds, StoppingHasAnEndAndWorksOffNoQueueForNobody) {
  ServerOptions options;
  options.workers = 1;
  std::atomic<bool> go = false;
  std::atomic<int> handled = 0;
  const auto server = serve(options, [&](const Request& r) {
    while (!go) std::this_thread::sleep_for(5ms);
    ++handled;
    return told(r);
  });
  std::vector<std::unique_ptr<Raw>> waiting;
  for (int i = 0; i < 20; ++i) {
    waiting.push_back(std::make_unique<Raw>(port_of(server)));
    waiting.back()->send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  }
  std::this_thread::sleep_for(100ms);
  std::jthread stopping([&] { server->stop(50ms); });
  std::this_thread::sleep_for(300ms);
  go = true;
  stopping.join();
  EXPECT_EQ(handled, 1) << "only the one that was being answered";
}

}  // namespace
}  // namespace evenkeel::http
