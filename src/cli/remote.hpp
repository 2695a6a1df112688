// Commands that talk to the API: over HTTP (--server, EVENKEEL_SERVER, EVENKEEL_TOKEN), or straight to the embedded database (--db),
// where the same endpoints are called in this process and what they set off is run before the command ends.
#pragma once
#include <memory>

#include "catalogue/value.hpp"
#include "cli/connection.hpp"
#include "http/message.hpp"

namespace evenkeel::catalogue {
struct Act;
}

namespace evenkeel::cli {

/// Whether --db may make a new database: a slip in its name is no reason for one.
enum class Database { must_exist, may_be_made };

class Api {
 public:
  /// Error: invalid or unauthenticated (connection.hpp); not_found when the database is not there and was not to be made.
  static Result<std::unique_ptr<Api>> open(const Args& args, Database made = Database::must_exist);
  virtual ~Api() = default;
  /// The answer's JSON, or the server's refusal as it stands in its problem document.
  virtual Result<json::Value> call(const std::string& method, const std::string& path, const json::Value& body = nullptr) = 0;
  /// A body that is not JSON (calendar, pages, archives).
  virtual Result<std::string> fetch(const std::string& path) = 0;
};

/// A server, as whoever has the token.
std::unique_ptr<Api> api_of(const std::string& server, const std::string& token);

/// How a parameter travels: by its name in the path ("{release}"), else as a member of the body.
using As = catalogue::ReadAs;
struct Field {
  Param param;
  As as = As::text;
  std::string member = {};
};  // member: name in the body when it differs; "-": not sent

/// The value that was given for a parameter, as JSON. Error: invalid, naming the parameter.
Result<json::Value> value_of(const Args& args, const std::string& name, As as);
/// Follows a run until it ends, waits for a person, or is held; says each step once as it ends. The exit code: 0 done, 1 failed, held or
/// abandoned, 4 it goes on.
Result<int> follow_run(const Args& args, Api& api, const std::string& run_id);

/// The acts of the catalogue as commands.
const std::vector<catalogue::Act>& acts();
std::vector<Command> commands_of(const std::vector<catalogue::Act>& acts);

/// A command that is one call. `show` prints the answer for people; with --json the answer is printed as it is.
Command remote(std::string path, std::string help, std::string method, std::string url, std::vector<Field> fields,
               std::function<Result<int>(const Args&, const json::Value& answer)> show, std::string details = {});

/// Shows a typed answer: `show(args, out)` prints and gives the exit code; asked with --json too, for the code.
template <class Out, class Show>
std::function<Result<int>(const Args&, const json::Value&)> shown_as(Show show) {
  return [show](const Args& args, const json::Value& answer) -> Result<int> { return show(args, TRY(json::from_value<Out>(answer))); };
}

}  // namespace evenkeel::cli
