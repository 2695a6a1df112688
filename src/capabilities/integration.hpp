// What a connection is able to do once it is opened, and who opens it. Absence is an answer: a capability that is not there is null.
#pragma once
#include <functional>
#include <memory>
#include <stop_token>

#include "base/result.hpp"
#include "capabilities/connection.hpp"

namespace evenkeel::capabilities {

class MetricSource;
class AlertSource;
class Pager;
class Chat;
class Mailer;
class FlagSwitch;
class Tracker;
class ChangeHost;
class MergeHook;
class TextModel;
class EventReceiver;
class Witness;

/// How far a try came. What is not known stands at nothing: a test that sends no message cannot say whether one would be taken.
struct Tested {
  std::optional<bool> reachable = {}, authenticated = {};
  std::vector<std::string> may = {};  // what it may do there, as far as could be seen
  std::string saw = {};               // what it answered, in a few words; no secret
  std::string problem = {};           // empty: it works, as far as was asked
  std::string next_step = {};         // what to change when it does not
};
BOOST_DESCRIBE_STRUCT(Tested, (), (reachable, authenticated, may, saw, problem, next_step))

/// `send`: one real message may go out. Without it only what is harmless is asked.
struct TestAsk {
  bool send = false;
  std::string key;      // of the message
  std::string to = {};  // address of who asked, for a mail
  SysTime now = {};
  std::stop_token stop = {};
};

struct Integration {
  std::shared_ptr<MetricSource> metric_source = {};
  std::shared_ptr<AlertSource> alert_source = {};
  std::shared_ptr<Pager> pager = {};
  std::shared_ptr<Chat> chat = {};
  std::shared_ptr<Mailer> mail = {};
  std::shared_ptr<FlagSwitch> flag_switch = {};
  std::shared_ptr<Tracker> tracker = {};
  std::shared_ptr<ChangeHost> change_host = {};
  std::shared_ptr<TextModel> text_model = {};
  std::shared_ptr<EventReceiver> event_receiver = {};
  std::shared_ptr<Witness> witness = {};
  std::function<Tested(const TestAsk&)> test = {};
};

/// Opens connections. app/ makes it of the vendors.
class Connections {
 public:
  virtual ~Connections() = default;
  /// Nothing is called yet. Errors: unavailable, when a secret cannot be resolved on this machine: the message names the connection and
  /// the variable or file, and nobody is called without it; invalid, when the settings are none of its kind.
  virtual Result<Integration> open(const ConnectionDef& connection) const = 0;
  /// Its webhook; null when the kind has none. Its own secret is looked up when something is to be proven.
  virtual std::shared_ptr<MergeHook> merge_hook(const ConnectionDef& connection) const = 0;
};

}  // namespace evenkeel::capabilities
