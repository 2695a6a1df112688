#include "fake.hpp"

#include <sys/prctl.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "api/router.hpp"

namespace evenkeel::fakes {

Result<void> Faults::set(const Fault& fault) {
  static const std::vector<std::string> modes{"ok", "reject", "stall", "lose", "drop"};
  if (std::find(modes.begin(), modes.end(), fault.mode) == modes.end())
    return invalid("unknown mode '" + fault.mode + "'; known are ok, reject, stall, lose, drop", "mode");
  const std::scoped_lock lock(mutex_);
  fault_ = fault;
  changed_.notify_all();
  return {};
}
Fault Faults::next() {
  const std::scoped_lock lock(mutex_);
  if (fault_.times == 0) return {};
  if (fault_.times > 0) --fault_.times;
  return fault_;
}
void Faults::wait_while(const std::string& mode) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return ended_ || fault_.mode != mode; });
}
void Faults::end() {
  const std::scoped_lock lock(mutex_);
  ended_ = true;
  changed_.notify_all();
}

http::Response Fake::answer(const http::Request& request) {
  if (request.path == "/__state") return http::Response::json(json::dump(state(), 2));
  if (request.path == "/__control") {
    const auto fault = json::read_text<Fault>(request.body, json::Unknown::refuse);
    if (!fault) return api::problem(fault.error());
    const auto done = faults.set(*fault);
    return done ? http::Response{204} : api::problem(done.error());
  }
  const auto fault = faults.next();
  if (fault.mode == "reject") {
    auto answer = api::problem(fault.status, "told to refuse");
    if (fault.retry_after) answer.headers.set("Retry-After", std::to_string(*fault.retry_after));
    return answer;
  }
  if (fault.mode == "stall") {
    faults.wait_while("stall");
    return api::problem(503, "told not to answer in time");
  }
  auto answer = act(request);
  if (fault.mode == "lose") faults.wait_while("lose");
  return answer;
}

void write_port_file(const std::string& path, std::uint16_t port) {
  if (path.empty()) return;
  { std::ofstream(path + ".new") << port << "\n"; }
  std::filesystem::rename(path + ".new", path);
}

int run_fake(int argc, char** argv, const std::function<std::unique_ptr<Fake>(const FakeOptions&)>& make) {
  FakeOptions options;
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    const bool has_value = i + 1 < argc && !std::string_view(argv[i + 1]).starts_with("--");
    if (!name.starts_with("--")) return std::fprintf(stderr, "%s: '%s' is not an option\n", argv[0], argv[i]), 2;
    options.values[name.substr(2)] = has_value ? argv[++i] : "true";
  }
  if (!options.get("with-parent").empty()) ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  sigset_t ends;
  sigemptyset(&ends);
  for (const int s : {SIGTERM, SIGINT}) sigaddset(&ends, s);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  const auto fake = make(options);
  http::ServerOptions listen;
  listen.io_threads = 1;
  listen.workers = 32;  // a stalled request holds one
  listen.port = static_cast<std::uint16_t>(std::atoi(options.get("port").c_str()));
  const auto server = http::Server::start(listen, [&](const http::Request& r) { return fake->answer(r); });
  if (!server) return std::fprintf(stderr, "%s: %s\n", argv[0], server.error().message.c_str()), 2;
  write_port_file(options.get("port-file"), (*server)->port());
  int signal = 0;
  sigwait(&ends, &signal);
  fake->faults.end();
  (*server)->stop(std::chrono::seconds{1});
  return 0;
}

}  // namespace evenkeel::fakes
