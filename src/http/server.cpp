// How a connection lives. Each I/O thread (a Shard) has its own io_context, so everything about a connection happens on one
// thread and needs no lock. A Session is one connection: read a request, have it answered, write, again. A worker hands its
// answer back by posting to the shard and cancelling the session's timer, which is also how a publication wakes a stream.
// Deadlines are a time in the session; the shard's tick closes what has passed it, so 5,000 idle connections cost no timers.
//
// GCC 12: arguments and lambdas of `co_await` expressions are named first (it frees aggregate temporaries there twice).
#include "http/server.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <filesystem>
#include <map>
#include <unordered_set>

#include "base/log.hpp"
#include "http/sse.hpp"
#include "http/worker_pool.hpp"

namespace evenkeel::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using std::chrono::steady_clock;
constexpr auto use_tuple = asio::as_tuple(asio::use_awaitable);
constexpr auto never = steady_clock::time_point::max();

/// The only place where socket types are templated over. Every operation ends early when `close` is called.
struct Stream {
  virtual ~Stream() = default;
  virtual asio::awaitable<bool> start() = 0;                                    // TLS handshake, or nothing
  virtual asio::awaitable<std::size_t> read_some(char* to, std::size_t n) = 0;  // 0: closed
  virtual asio::awaitable<std::size_t> write_some(const char* from, std::size_t n) = 0;
  virtual asio::awaitable<void> finish() = 0;  // tells the peer that no more will come
  virtual void close() = 0;
  virtual bool has_left() = 0;  // the peer has closed; any thread
};

template <class S>
struct StreamOf final : Stream {
  S s;
  template <class... A>
  explicit StreamOf(A&&... args) : s(std::forward<A>(args)...) {}
  static constexpr bool tls = !std::is_same_v<S, tcp::socket>;

  asio::awaitable<bool> start() override {
    if constexpr (tls) {
      auto [ec] = co_await s.async_handshake(asio::ssl::stream_base::server, use_tuple);
      co_return !ec;
    }
    co_return true;
  }
  asio::awaitable<std::size_t> read_some(char* to, std::size_t n) override {
    const auto buffer = asio::buffer(to, n);
    auto [ec, got] = co_await s.async_read_some(buffer, use_tuple);
    co_return ec ? 0 : got;
  }
  asio::awaitable<std::size_t> write_some(const char* from, std::size_t n) override {
    const auto buffer = asio::buffer(from, n);
    auto [ec, done] = co_await s.async_write_some(buffer, use_tuple);
    co_return ec ? 0 : done;
  }
  asio::awaitable<void> finish() override {
    if constexpr (tls) co_await s.async_shutdown(use_tuple);
    boost::system::error_code ignored;
    s.lowest_layer().shutdown(tcp::socket::shutdown_send, ignored);
  }
  void close() override {
    boost::system::error_code ignored;
    s.lowest_layer().close(ignored);
  }
  bool has_left() override {
    char one = 0;
    return ::recv(s.lowest_layer().native_handle(), &one, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
  }
};

struct Session {
  enum class Doing { reading, idle, answering, streaming };
  std::unique_ptr<Stream> stream;
  std::string remote;
  std::string counted_as;  // the address whose unknown connections this is one of; empty: not counted
  std::size_t held = 0;    // bytes of the budget for bodies
  bool has_left = false;   // the client went while its request waited
  asio::steady_timer wake;
  Doing doing = Doing::reading;
  steady_clock::time_point deadline = never;  // then the shard closes the connection
  steady_clock::time_point next_ping = never;
  Request request;    // while a worker has it
  Response response;  // what the worker made of it
  bool woken = false;

  Session(std::unique_ptr<Stream> s, std::string from, asio::io_context& io)
      : stream(std::move(s)), remote(std::move(from)), wake(io, never) {}
  void wake_up() {
    woken = true;
    wake.cancel();
  }
};
using SessionPtr = std::shared_ptr<Session>;

void log_failure(std::exception_ptr failure) {
  try {
    if (failure) std::rethrow_exception(failure);
  } catch (const std::exception& e) { log(LogLevel::error, "http: an I/O task ended with an exception", {{"error", e.what()}}); }
}

Response plain_problem(int status, std::string_view detail) {
  return {status, "application/problem+json",
          fmt::format(R"({{"type":"about:blank","title":"{}","status":{},"detail":"{}"}})", reason_phrase(status), status, detail)};
}

/// An event stream that is open as long as this lives.
class Streaming {
 public:
  explicit Streaming(Counts* counts) : counts_(counts) {
    if (counts_) ++counts_->streams;
  }
  ~Streaming() {
    if (counts_) --counts_->streams;
  }
  Streaming(const Streaming&) = delete;
  Streaming& operator=(const Streaming&) = delete;

 private:
  Counts* counts_;
};

}  // namespace

struct Server::Core {
  /// One I/O thread with its connections.
  struct Shard final : EventListener {
    asio::io_context io{1};
    asio::executor_work_guard<asio::io_context::executor_type> work = asio::make_work_guard(io);
    asio::steady_timer tick{io};
    std::unordered_set<SessionPtr> sessions;
    std::atomic<bool> waking = false;
    std::int64_t date_second = 0;
    std::string date_text;
    std::thread thread;

    void events_published() override {  // any thread; many publications before the shard runs are one round
      if (waking.exchange(true)) return;
      asio::post(io, [this] {
        waking = false;
        for (const auto& session : sessions)
          if (session->doing == Session::Doing::streaming) session->wake_up();
      });
    }
    const std::string& date() {
      const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
      if (now != date_second) date_text = http_date(date_second = now);
      return date_text;
    }
  };

  ServerOptions options;
  Handler handler;
  QuickHandler quick;
  std::shared_ptr<asio::ssl::context> tls;
  std::pair<std::filesystem::file_time_type, std::filesystem::file_time_type> tls_of;  // when certificate and key were written
  std::vector<std::shared_ptr<Shard>> shards;
  std::optional<tcp::acceptor> acceptor;
  std::uint16_t port = 0;
  std::optional<WorkerPool> workers, costly;
  std::atomic<std::size_t> held = 0;
  std::mutex unknown_mutex;
  std::map<std::string, std::size_t> unknown;  // connections by address, before one shows who asks
  std::atomic<bool> stopping = false;

  void count(int status) const {
    const auto digit = std::size_t(status / 100);
    if (options.counts && digit < options.counts->answers.size()) ++options.counts->answers[digit];
  }
  std::atomic<std::size_t> open = 0;
  std::mutex mutex;
  std::condition_variable all_closed;
  std::once_flag stopped;

  Result<void> listen();
  void run();
  void stop(Millis grace);

  asio::awaitable<void> accept_all();
  void begin(Shard& shard, SessionPtr session);
  asio::awaitable<void> serve(Shard& shard, SessionPtr session);
  asio::awaitable<void> converse(Shard& shard, SessionPtr session);
  asio::awaitable<RequestReader::State> read_request(Shard& shard, SessionPtr session, RequestReader& reader, std::string& in);
  asio::awaitable<void> answer(Shard& shard, SessionPtr session);
  asio::awaitable<bool> on_worker(WorkerPool& pool, Shard& shard, SessionPtr session, std::function<void()> job);
  asio::awaitable<bool> admitted(Shard& shard, SessionPtr session, RequestReader& reader);
  bool count_unknown(const std::string& address);
  void forget_unknown(Session& session);
  Result<void> load_certificate();
  void reload_certificate();
  asio::awaitable<bool> write_all(Session& session, std::string_view bytes);
  asio::awaitable<bool> write_response(Shard& shard, Session& session, bool keep_alive, bool head_only);
  asio::awaitable<void> stream_events(Shard& shard, SessionPtr session);
  asio::awaitable<void> close_politely(Session& session);
  asio::awaitable<void> watch_deadlines(Shard& shard);
  Response handle(const Request& request) const;
};

// ---- start and stop --------------------------------------------------------------------------------------------------

Result<void> Server::Core::listen() {
  boost::system::error_code ec;
  const auto address = asio::ip::make_address(options.address, ec);
  if (ec) return invalid(fmt::format("'{}' is not an IP address to listen on; write 127.0.0.1 or 0.0.0.0", options.address));
  if (!options.certificate_file.empty() || !options.key_file.empty()) TRY(load_certificate());
  for (int i = 0; i < std::max(options.io_threads, 1); ++i) shards.push_back(std::make_shared<Shard>());
  acceptor.emplace(shards[0]->io);
  const tcp::endpoint endpoint{address, options.port};
  const auto failed = [&] {
    return unavailable(
        fmt::format("cannot listen on {}:{}: {}; stop what uses that port or choose another", options.address, options.port, ec.message()));
  };
  acceptor->open(endpoint.protocol(), ec);
  if (!ec) acceptor->set_option(tcp::acceptor::reuse_address(true), ec);
  if (!ec) acceptor->bind(endpoint, ec);
  if (!ec) acceptor->listen(4096, ec);
  if (ec) return failed();
  port = acceptor->local_endpoint(ec).port();
  return {};
}

/// TLS 1.2 with forward secrecy and authenticated encryption, or newer; nothing with CBC.
Result<void> Server::Core::load_certificate() {
  boost::system::error_code ec;
  std::error_code no_file;
  auto fresh = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
  fresh->set_options(asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1 | asio::ssl::context::no_compression |
                     SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  ::SSL_CTX_set_cipher_list(fresh->native_handle(), "ECDHE+AESGCM:ECDHE+CHACHA20");
  fresh->use_certificate_chain_file(options.certificate_file, ec);
  if (ec) return invalid(fmt::format("cannot use the certificate file '{}': {}", options.certificate_file, ec.message()));
  fresh->use_private_key_file(options.key_file, asio::ssl::context::pem, ec);
  if (ec) return invalid(fmt::format("cannot use the key file '{}': {}", options.key_file, ec.message()));
  if (::SSL_CTX_check_private_key(fresh->native_handle()) != 1)
    return invalid(fmt::format("the key in '{}' is not that of the certificate in '{}'", options.key_file, options.certificate_file));
  tls = std::move(fresh);
  return {};
}

/// A renewed certificate is taken up by itself; one that cannot be used, or only half written, leaves the old one in use.
void Server::Core::reload_certificate() {
  std::error_code ec;
  const std::pair written{std::filesystem::last_write_time(options.certificate_file, ec),
                          std::filesystem::last_write_time(options.key_file, ec)};
  if (ec || written == tls_of) return;
  const bool first = tls_of == decltype(tls_of){};
  tls_of = written;
  if (first) return;
  if (const auto loaded = load_certificate())
    log(LogLevel::info, "http: the renewed certificate is in use", {{"file", options.certificate_file}});
  else
    log(LogLevel::error, "http: the renewed certificate is not used, the one before stays", {{"error", loaded.error().message}});
}

bool Server::Core::count_unknown(const std::string& address) {
  const std::scoped_lock lock(unknown_mutex);
  auto& n = unknown[address];
  if (n >= options.max_unknown_per_address) return false;
  ++n;
  return true;
}
void Server::Core::forget_unknown(Session& session) {
  if (session.counted_as.empty()) return;
  const std::scoped_lock lock(unknown_mutex);
  if (const auto at = unknown.find(session.counted_as); at != unknown.end() && --at->second == 0) unknown.erase(at);
  session.counted_as.clear();
}

void Server::Core::run() {
  workers.emplace(std::max(options.workers, 1), options.max_waiting);
  if (options.is_costly) costly.emplace(std::max(options.costly_workers, 1), options.max_costly_waiting, 10);
  for (const auto& shard : shards) asio::co_spawn(shard->io, watch_deadlines(*shard), log_failure);
  asio::co_spawn(shards[0]->io, accept_all(), log_failure);
  for (const auto& shard : shards)
    shard->thread = std::thread([shard] {
      for (;;) try {
          shard->io.run();
          return;
        } catch (const std::exception& e) { log(LogLevel::error, "http: an I/O thread caught an exception", {{"error", e.what()}}); }
    });
}

void Server::Core::stop(Millis grace) {
  stopping = true;
  asio::post(shards[0]->io, [this] {
    boost::system::error_code ignored;
    acceptor->close(ignored);
  });
  const auto in_every_shard = [this](auto act) {
    for (const auto& shard : shards)
      asio::post(shard->io, [shard, act] {
        for (const auto& session : shard->sessions) act(*session);
        shard->tick.cancel();
      });
  };
  in_every_shard([](Session& session) {
    if (session.doing == Session::Doing::idle) session.stream->close();
    if (session.doing == Session::Doing::streaming) session.wake_up();
  });
  const auto wait = [this](Millis at_most) {
    std::unique_lock lock(mutex);
    return all_closed.wait_for(lock, at_most, [this] { return open == 0; });
  };
  if (!wait(grace)) {
    in_every_shard([](Session& session) { session.stream->close(); });
    for (auto* pool : {&workers, &costly})
      if (*pool) (*pool)->drop_waiting();  // nobody is left to answer
  }
  for (auto* pool : {&workers, &costly})
    if (*pool) (*pool)->stop();
  wait(std::chrono::seconds{2});
  for (const auto& shard : shards) {
    shard->work.reset();
    asio::post(shard->io, [shard] { shard->io.stop(); });
  }
  for (const auto& shard : shards) shard->thread.join();
}

asio::awaitable<void> Server::Core::accept_all() {
  asio::steady_timer pause{shards[0]->io};
  for (std::size_t next = 0; !stopping; ++next) {
    auto& shard = *shards[next % shards.size()];
    auto [ec, socket] = co_await acceptor->async_accept(shard.io, use_tuple);
    if (stopping) co_return;
    if (ec) {  // most likely out of file descriptors: those who wait are served once others leave
      log(LogLevel::warn, "http: cannot accept a connection", {{"error", ec.message()}});
      pause.expires_after(std::chrono::milliseconds{100});
      co_await pause.async_wait(use_tuple);
      continue;
    }
    if (open >= options.max_connections) continue;  // closes the socket
    boost::system::error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    const auto peer = socket.remote_endpoint(ignored);
    const auto host = peer.address().to_string();
    const bool counted = options.max_unknown_per_address > 0 && !options.trusted_proxies.contain(host);
    if (counted && !count_unknown(host)) continue;  // closes the socket
    auto remote = peer.address().is_v6() ? fmt::format("[{}]:{}", host, peer.port()) : fmt::format("{}:{}", host, peer.port());
    std::unique_ptr<Stream> stream;
    if (tls)
      stream = std::make_unique<StreamOf<asio::ssl::stream<tcp::socket>>>(std::move(socket), *tls);
    else
      stream = std::make_unique<StreamOf<tcp::socket>>(std::move(socket));
    auto session = std::make_shared<Session>(std::move(stream), std::move(remote), shard.io);
    if (counted) session->counted_as = host;
    ++open;
    if (options.counts) ++options.counts->connections;
    begin(shard, std::move(session));
  }
}

/// Starts the conversation on the session's own thread, and takes the session out of the books when it has ended.
void Server::Core::begin(Shard& shard, SessionPtr session) {
  const auto done = [this, &shard, session](std::exception_ptr failure) {
    session->stream->close();
    shard.sessions.erase(session);
    forget_unknown(*session);
    held -= std::exchange(session->held, 0);
    log_failure(failure);
    if (options.counts) --options.counts->connections;
    const std::scoped_lock lock(mutex);
    if (--open == 0) all_closed.notify_all();
  };
  asio::co_spawn(shard.io, serve(shard, session), done);
}

asio::awaitable<void> Server::Core::watch_deadlines(Shard& shard) {
  const auto shortest = std::min({options.idle_timeout, options.read_timeout, options.write_timeout, options.ping_every});
  const auto every = std::clamp<Millis>(shortest / 4, Millis{10}, Millis{1000});
  for (;;) {
    shard.tick.expires_after(stopping ? Millis{20} : every);
    co_await shard.tick.async_wait(use_tuple);  // cancelled: look at once
    if (tls && &shard == shards[0].get()) reload_certificate();
    const auto now = steady_clock::now();
    for (const auto& session : shard.sessions) {
      if (session->deadline <= now)
        session->stream->close();
      else if (session->next_ping <= now)
        session->wake_up();
    }
  }
}

// ---- one connection --------------------------------------------------------------------------------------------------

asio::awaitable<void> Server::Core::serve(Shard& shard, SessionPtr session) {
  shard.sessions.insert(session);
  session->deadline = steady_clock::now() + options.read_timeout;
  const bool started = co_await session->stream->start();
  if (started) co_await converse(shard, session);
}

asio::awaitable<void> Server::Core::converse(Shard& shard, SessionPtr session) {
  std::string in;  // read, not yet used: the beginning of the next request when the client does not wait for answers
  for (bool keep_alive = true; keep_alive && !stopping;) {
    RequestReader reader{options.limits};
    const auto state = co_await read_request(shard, session, reader, in);
    if (state == RequestReader::State::need_more) co_return;  // the client left, or took too long, or was refused
    if (state == RequestReader::State::failed) {
      session->response = plain_problem(reader.error_status(), reader.error_message());
      const bool sent = co_await write_response(shard, *session, false, false);
      if (sent) co_await close_politely(*session);
      co_return;
    }
    keep_alive = reader.keep_alive();
    session->request = reader.take();
    session->request.remote = client_behind(options.trusted_proxies, session->remote, session->request.headers);
    const bool head_only = session->request.method == "HEAD";
    co_await answer(shard, session);
    session->request = {};
    held -= std::exchange(session->held, 0);
    if (session->has_left) co_return;
    if (session->response.events && !head_only) {
      std::string{}.swap(in);
      co_return co_await stream_events(shard, session);
    }
    keep_alive = keep_alive && !stopping && !session->response.events && !same_name(session->response.headers.get("Connection"), "close");
    const bool sent = co_await write_response(shard, *session, keep_alive, head_only);
    session->response = {};
    if (!sent) co_return;
  }
  co_await close_politely(*session);
}

/// Whether the body may come, and how long it may be. What it may take is set aside before a byte of it is read; false when there is
/// none left or the request is refused: the session's response says so.
asio::awaitable<bool> Server::Core::admitted(Shard& shard, SessionPtr session, RequestReader& reader) {
  Admission admission{options.limits.body, {}};
  if (options.admit) {
    session->request = reader.head();
    session->request.remote = client_behind(options.trusted_proxies, session->remote, session->request.headers);
    auto* s = session.get();
    std::function<void()> job = [this, s, &admission] {
      try {
        admission = options.admit(s->request);
      } catch (const std::exception& e) {
        log(LogLevel::error, "http: a request could not be judged by its header", {{"path", s->request.path}, {"error", e.what()}});
        admission.refused = plain_problem(500, "the server could not answer this request; its log says why");
      }
    };
    session->doing = Session::Doing::answering;
    session->deadline = never;
    const bool ran = co_await on_worker(*workers, shard, session, std::move(job));
    session->request = {};
    if (!ran) admission.refused = plain_problem(503, "the server has more requests waiting than it can serve; try again in a moment");
  }
  const auto most = std::min(admission.max_body, options.limits.body);
  if (!admission.refused && reader.limit_body(most) == RequestReader::State::failed)
    admission.refused = plain_problem(reader.error_status(), reader.error_message());
  const auto wanted = std::size_t(std::min<std::uint64_t>(reader.announced().value_or(most), most));
  if (!admission.refused) {
    session->held = wanted;
    if ((held += wanted) > options.max_bodies) {
      admission.refused = plain_problem(503, "the server has as many requests in hand as it has memory for; try again in a moment");
      admission.refused->headers.set("Retry-After", "1");
    }
  }
  if (admission.refused) session->response = std::move(*admission.refused);
  co_return !admission.refused.has_value();
}

/// need_more means that the connection ended first, or that the request was refused by its header and has been answered.
asio::awaitable<RequestReader::State> Server::Core::read_request(Shard& shard, SessionPtr session, RequestReader& reader, std::string& in) {
  session->doing = in.empty() ? Session::Doing::idle : Session::Doing::reading;
  session->deadline = steady_clock::now() + (in.empty() ? options.idle_timeout : options.read_timeout);
  auto state = RequestReader::State::need_more;
  for (;;) {
    std::size_t used = 0;
    state = reader.feed(in, used);
    in.erase(0, used);
    if (state == RequestReader::State::head) {
      const bool wanted = co_await admitted(shard, session, reader);
      if (!wanted) {
        const bool sent = co_await write_response(shard, *session, false, false);
        if (sent) co_await close_politely(*session);
        co_return RequestReader::State::need_more;
      }
      session->doing = Session::Doing::reading;
      session->deadline = steady_clock::now() + options.read_timeout;
      continue;
    }
    if (state != RequestReader::State::need_more) break;
    if (reader.take_continue()) {
      const bool sent = co_await write_all(*session, "HTTP/1.1 100 Continue\r\n\r\n");
      if (!sent) break;
      session->deadline = steady_clock::now() + options.read_timeout;
    }
    const auto chunk = session->doing == Session::Doing::idle ? std::size_t{2048} : std::size_t{16} * 1024;  // who only waits holds little
    const auto had = in.size();
    in.resize(had + chunk);
    const auto got = co_await session->stream->read_some(in.data() + had, chunk);
    in.resize(had + got);
    if (got == 0) break;
    if (session->doing == Session::Doing::idle) {
      session->doing = Session::Doing::reading;
      session->deadline = steady_clock::now() + options.read_timeout;
    }
  }
  session->doing = Session::Doing::answering;
  session->deadline = never;  // handlers have their own deadlines
  if (in.empty()) std::string{}.swap(in);
  co_return state;
}

Response Server::Core::handle(const Request& request) const {
  try {
    return handler(request);
  } catch (const std::exception& e) {
    log(LogLevel::error, "http: a handler threw", {{"method", request.method}, {"path", request.path}, {"error", e.what()}});
    return plain_problem(500, "the server could not answer this request; its log says why");
  }
}

asio::awaitable<void> Server::Core::answer(Shard& shard, SessionPtr session) {
  if (quick) {
    std::optional<Response> at_once;
    try {
      at_once = quick(session->request);
    } catch (const std::exception& e) {
      log(LogLevel::error, "http: the quick handler threw", {{"path", session->request.path}, {"error", e.what()}});
    }
    if (at_once) {
      session->response = std::move(*at_once);
      co_return;
    }
  }
  Session* s = session.get();  // lives until the job is done: on_worker holds the pointer
  bool known = s->counted_as.empty();
  const auto queued = steady_clock::now();
  std::function<void()> job = [this, s, queued, &known] {
    s->has_left = steady_clock::now() - queued > std::chrono::milliseconds{100} && s->stream->has_left();
    if (s->has_left) return;
    s->response = handle(s->request);
    if (!known && options.knows && s->response.status < 400) known = options.knows(s->request);
  };
  const bool is_costly = costly && options.is_costly(s->request);
  const bool ran = co_await on_worker(is_costly ? *costly : *workers, shard, session, std::move(job));
  if (known) forget_unknown(*session);
  if (!ran) {
    session->response = is_costly ? plain_problem(429, "more sign-ins are waiting than can be checked; try again in a moment")
                                  : plain_problem(503, "the server has more requests waiting than it can serve; try again in a moment");
    session->response.headers.set("Retry-After", "1");
  }
}

/// Runs `job` on a worker and waits. False when the pool took no more. The session's fields belong to the job meanwhile.
asio::awaitable<bool> Server::Core::on_worker(WorkerPool& pool, Shard& shard, SessionPtr session, std::function<void()> job) {
  session->woken = false;
  auto done = std::make_shared<bool>(false);
  const bool taken = pool.submit([session, done, job = std::move(job), &io = shard.io] {
    job();
    asio::post(io, [session, done] {
      *done = true;
      session->wake.cancel();
    });
  });
  while (taken && !*done) co_await session->wake.async_wait(use_tuple);
  co_return taken;
}

asio::awaitable<bool> Server::Core::write_all(Session& session, std::string_view bytes) {
  while (!bytes.empty()) {
    session.deadline = steady_clock::now() + options.write_timeout;
    const auto n = co_await session.stream->write_some(bytes.data(), bytes.size());
    if (n == 0) co_return false;
    bytes.remove_prefix(n);
  }
  session.deadline = never;
  co_return true;
}

asio::awaitable<bool> Server::Core::write_response(Shard& shard, Session& session, bool keep_alive, bool head_only) {
  auto& response = session.response;
  count(response.status);
  add_security_headers(response);
  if (options.https || tls) response.headers.set("Strict-Transport-Security", "max-age=31536000");
  auto bytes = response_head(response, keep_alive, shard.date());
  const bool with_body = !head_only && response.status != 204 && response.status != 304 && !response.body.empty();
  const bool together =
      with_body && response.body.size() <= std::size_t{64} * 1024;  // one segment for small answers, no copy of large ones
  if (together) bytes += response.body;
  const bool sent = co_await write_all(session, bytes);
  if (sent && with_body && !together) co_return co_await write_all(session, response.body);
  co_return sent;
}

/// Says "no more", then reads what is still on its way: closing with unread bytes would reset the connection and could take
/// the answer with it.
asio::awaitable<void> Server::Core::close_politely(Session& session) {
  session.deadline = steady_clock::now() + (stopping ? Millis{100} : std::min<Millis>(options.idle_timeout, std::chrono::seconds{2}));
  co_await session.stream->finish();
  char rest[1024];
  for (;;) {
    const auto n = co_await session.stream->read_some(rest, sizeof rest);
    if (n == 0) co_return;
  }
}

// ---- event streams ---------------------------------------------------------------------------------------------------

asio::awaitable<void> Server::Core::stream_events(Shard& shard, SessionPtr session) {
  const auto source = session->response.events;
  auto& hub = *source->hub;
  hub.listen(std::static_pointer_cast<EventListener>(
      *std::find_if(shards.begin(), shards.end(), [&](const auto& s) { return s.get() == &shard; })));
  auto position = source->after.value_or(hub.last_id());
  count(session->response.status);
  const Streaming streaming{options.counts};
  add_security_headers(session->response);
  std::string bytes = response_head(session->response, false, shard.date()) + "retry: 2000\n\n";
  session->response = {};
  session->doing = Session::Doing::streaming;
  bool sent = co_await write_all(*session, bytes), caught_up = false;
  const auto ends = steady_clock::now() + options.stream_life;
  while (sent && !stopping && steady_clock::now() < ends) {
    session->woken = false;
    auto batch = hub.collect(position, source->wanted);
    if (batch.standing == EventHub::Standing::closed) break;
    if (batch.standing == EventHub::Standing::behind) {
      if (caught_up) break;  // too slow to follow: it comes back with Last-Event-ID
      Result<EventHub::Batch> page = batch;
      std::function<void()> job = [&hub, &source, &page, position] { page = hub.collect_missed(position, source->wanted); };
      const bool ran = co_await on_worker(*workers, shard, session, std::move(job));
      if (!ran || !page) break;
      batch = std::move(*page);
    } else if (batch.bytes.empty() && batch.position == position) {
      caught_up = true;
      const auto now = steady_clock::now();
      if (session->next_ping <= now)
        batch.bytes = ": ping\n\n";
      else if (session->next_ping == never)
        session->next_ping = now + options.ping_every;
      if (batch.bytes.empty()) {
        std::string{}.swap(bytes);
        if (!session->woken) co_await session->wake.async_wait(use_tuple);
        continue;
      }
    }
    position = batch.position;
    bytes = std::move(batch.bytes);
    sent = co_await write_all(*session, bytes);
    session->next_ping = steady_clock::now() + options.ping_every;
  }
  session->next_ping = never;
  session->doing = Session::Doing::answering;
  if (sent) co_await session->stream->finish();  // a listener sends nothing, so there is nothing to wait for
}

// ---- face ------------------------------------------------------------------------------------------------------------

Result<std::unique_ptr<Server>> Server::start(ServerOptions options, Handler handler, QuickHandler quick) {
  auto core = std::make_shared<Core>();
  core->options = std::move(options);
  core->handler = std::move(handler);
  core->quick = std::move(quick);
  TRY(core->listen());
  core->run();
  return std::unique_ptr<Server>(new Server(std::move(core)));
}

Server::~Server() { stop(); }
std::uint16_t Server::port() const { return core_->port; }
std::size_t Server::connections() const { return core_->open; }
void Server::stop(Millis grace) {
  std::call_once(core_->stopped, [&] { core_->stop(grace); });
}

}  // namespace evenkeel::http
