// The HTTP server: Asio coroutines on one or two I/O threads, handlers on a fixed pool of worker threads (they block on the
// database). A handler that throws costs one 500, never the process.
//
// What strangers can make it do is bounded before they do it: connections of one address, until one of their requests shows who asks; bytes
// of bodies over all connections, and whether a body is wanted at all, from the header; requests that cost much (hashing of passwords) have
// few threads of their own, at a lower priority, and one too many is told so at once; who left while waiting is not worked for.
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "base/time.hpp"
#include "http/counts.hpp"
#include "http/message.hpp"
#include "http/network.hpp"
#include "http/wire.hpp"

namespace evenkeel::http {

/// Answers a request, on a worker thread; may block.
using Handler = std::function<Response(const Request&)>;
/// Tried first, on the I/O thread: answers what needs no waiting (embedded files). None: not mine. Must not block.
using QuickHandler = std::function<std::optional<Response>(const Request&)>;

struct ServerOptions {
  std::string address = "127.0.0.1";  // an IP address; "0.0.0.0" or "::" to be reached from elsewhere
  std::uint16_t port = 0;             // 0: any free one, see Server::port()
  int io_threads = 2;
  int workers = 8;
  std::size_t max_waiting = 1024;        // requests waiting for a worker; more are answered 503
  std::size_t max_connections = 20'000;  // 5,000 streams and room; needs an open-file limit above it
  Limits limits = {};
  std::size_t max_unknown_per_address = 0;                  // connections before one shows who asks; 0: any number
  std::size_t max_bodies = std::size_t{256} * 1024 * 1024;  // bytes of request bodies over all connections; more are answered 503
  std::function<Admission(const Request&)> admit = {};      // on a worker, before a body is read; null: what `limits` allow
  std::function<bool(const Request&)> knows = {};           // on a worker, after an answer: whether this request shows who asks
  std::function<bool(const Request&)> is_costly = {};       // answered by `costly_workers` alone
  int costly_workers = 2;
  std::size_t max_costly_waiting = 16;              // one more is answered 429
  Networks trusted_proxies = {};                    // whose X-Forwarded-For is believed; their connections are not counted by address
  bool https = false;                               // clients come over TLS, ours or a proxy's: they are told to keep to it
  Millis idle_timeout = std::chrono::seconds{75};   // between requests
  Millis read_timeout = std::chrono::seconds{30};   // from a request's first byte to its last
  Millis write_timeout = std::chrono::seconds{20};  // without progress; a stream that does not read is dropped after it
  Millis ping_every = std::chrono::seconds{15};     // keeps event streams open through proxies and finds dead ones
  Millis stream_life = std::chrono::minutes{15};    // then a listener comes back, and is asked again who it is
  std::string certificate_file = {};                // PEM chain; with key_file: TLS
  std::string key_file = {};
  Counts* counts = nullptr;  // what it answers is counted here; outlives the server
};

class Server {
 public:
  /// Listens and serves. Error: unavailable (address in use, no permission), invalid (certificate or key unreadable).
  static Result<std::unique_ptr<Server>> start(ServerOptions options, Handler handler, QuickHandler quick = {});
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::uint16_t port() const;
  /// Connections open now.
  std::size_t connections() const;
  /// Stops accepting, ends idle connections and streams, lets running requests finish for at most `grace`, closes the rest.
  void stop(Millis grace = std::chrono::seconds{10});

 private:
  struct Core;
  explicit Server(std::shared_ptr<Core> core) : core_(std::move(core)) {}
  std::shared_ptr<Core> core_;
};

}  // namespace evenkeel::http
