// Which server a command talks to, and as whom. A flag beats a variable beats what `evenkeel login` stored; a server and a database said
// at the same level contradict each other and are refused. A stored token goes to the server it was made for and to no other.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/time.hpp"
#include "cli/cli.hpp"

namespace evenkeel::cli {

/// One sign-in as it is kept.
struct StoredServer {
  static constexpr std::string_view required[] = {"server"};
  std::string server, token, login;
  std::optional<SysTime> since;
  std::string database;  // where `evenkeel init` started it on this machine; `evenkeel serve` takes it up again
};
BOOST_DESCRIBE_STRUCT(StoredServer, (), (server, token, login, since, database))
struct Stored {
  static constexpr std::array<std::string_view, 0> required = {};
  std::string current;  // the server that is meant when none is named
  std::vector<StoredServer> servers;
  const StoredServer* find(const std::string& server) const;
};
BOOST_DESCRIBE_STRUCT(Stored, (), (current, servers))

/// $XDG_CONFIG_HOME/evenkeel/servers.json, else below ~/.config; for its owner alone (0600).
std::string stored_file();
/// $XDG_DATA_HOME/evenkeel, else below ~/.local/share: where a server that `init` starts keeps its data.
std::string data_folder();
/// Nothing stored where there is no file. Error: invalid, naming the file, when it cannot be read.
Result<Stored> read_stored();
/// Adds or replaces the sign-in and makes it the current one.
Result<void> store(StoredServer server);
/// Forgets what is stored of a server.
Result<void> forget(const std::string& server);

/// Where the call goes.
struct Reach {
  std::string server, token;  // of a server
  std::string database;       // or straight to a database
  Origin origin = Origin::fallback;
};
/// Error: invalid when a server and a database are both said at the same level; unauthenticated, with what to type, when neither is known.
Result<Reach> reach_of(const Args& args, const Stored& stored);

/// --server, --token, --db: added to every command that talks to a server.
std::vector<Param> connection_params();
/// The parameters with those of the connection behind them.
std::vector<Param> with_connection(std::vector<Param> own);

}  // namespace evenkeel::cli
