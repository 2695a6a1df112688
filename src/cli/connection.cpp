#include "cli/connection.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "cli/parse.hpp"

namespace evenkeel::cli {
namespace {

std::string plain_address(std::string server) {
  while (server.ends_with('/')) server.pop_back();
  return server;
}

Result<void> write_stored(const Stored& stored) {
  namespace fs = std::filesystem;
  const auto path = stored_file();
  std::error_code ec;
  fs::create_directories(fs::path(path).parent_path(), ec);
  const auto before = ::umask(0077);
  auto written = write_file(path, json::dump(json::to_value(stored), 2) + "\n");
  ::umask(before);
  TRY(written);
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write, ec);
  return {};
}

/// Which of the two is meant, by how near it was said.
Result<bool> means_server(const Args& args) {
  const auto server = args.origin("server"), database = args.origin("db");
  if (!args.has("server") || !args.has("db")) return args.has("server");
  if (server == database) {
    const bool flags = server == Origin::flag;
    return invalid(fmt::format("{} and {} contradict each other: a command talks to a server or straight to a database; leave one out",
                               flags ? "--server" : "EVENKEEL_SERVER", flags ? "--db" : "EVENKEEL_DB"),
                   "server");
  }
  return server > database;
}

}  // namespace

const StoredServer* Stored::find(const std::string& server) const {
  const auto at = std::find_if(servers.begin(), servers.end(), [&](const StoredServer& s) { return s.server == server; });
  return at == servers.end() ? nullptr : &*at;
}

std::string stored_file() {
  const auto folder = variable("XDG_CONFIG_HOME");
  return (folder ? *folder : variable("HOME").value_or(".") + "/.config") + "/evenkeel/servers.json";
}

std::string data_folder() {
  const auto folder = variable("XDG_DATA_HOME");
  return (folder ? *folder : variable("HOME").value_or(".") + "/.local/share") + "/evenkeel";
}

Result<Stored> read_stored() {
  const auto path = stored_file();
  std::error_code ec;
  if (!std::filesystem::exists(path, ec)) return Stored{};
  auto stored = json::from_value<Stored>(TRY(json::parse(TRY(read_input(path)))));
  if (!stored) return invalid(fmt::format("{}: {}; remove the file and sign in again", path, stored.error().message));
  return stored;
}

Result<void> store(StoredServer server) {
  auto stored = TRY(read_stored());
  server.server = plain_address(server.server);
  if (const auto* known = stored.find(server.server); known && server.database.empty()) server.database = known->database;
  std::erase_if(stored.servers, [&](const StoredServer& s) { return s.server == server.server; });
  stored.current = server.server;
  stored.servers.push_back(std::move(server));
  return write_stored(stored);
}

Result<void> forget(const std::string& server) {
  auto stored = TRY(read_stored());
  std::erase_if(stored.servers, [&](const StoredServer& s) { return s.server == server; });
  if (stored.current == server) stored.current.clear();
  return write_stored(stored);
}

Result<Reach> reach_of(const Args& args, const Stored& stored) {
  const bool server_is_meant = TRY(means_server(args));
  if (!server_is_meant && args.has("db")) {
    if (args.origin("token") == Origin::flag)
      return invalid("--token goes to a server; with --db you act as the account of this machine's user", "token");
    return Reach{.database = args.text("db"), .origin = args.origin("db")};
  }
  Reach reach{.server = plain_address(args.text("server")), .token = args.text("token"), .origin = args.origin("server")};
  if (reach.server.empty()) reach.server = stored.current, reach.origin = Origin::stored;
  if (reach.server.empty())
    return fail(ErrorKind::unauthenticated,
                "you are not signed in to a server; type `evenkeel login --server URL`, or `evenkeel init` where there is none yet");
  if (const auto* known = stored.find(reach.server); known && reach.token.empty()) reach.token = known->token;
  return reach;
}

std::vector<Param> connection_params() {
  return {{"server", "Address of the server; default: the one you signed in to", Param::option, false, "", "EVENKEEL_SERVER"},
          {"token", "API token; better through the environment than on the command line", Param::option, false, "", "EVENKEEL_TOKEN"},
          {"db", "Embedded database file, or postgres://..., instead of a server", Param::option, false, "", "EVENKEEL_DB"}};
}
std::vector<Param> with_connection(std::vector<Param> own) {
  for (auto& p : connection_params()) own.push_back(std::move(p));
  return own;
}

}  // namespace evenkeel::cli
