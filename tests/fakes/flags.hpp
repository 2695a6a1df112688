// A feature-flag platform: per flag and environment, on or off and for which share.
#pragma once
#include "api/router.hpp"
#include "fake.hpp"

namespace evenkeel::fakes {

struct FlagSetting {
  bool enabled = false;
  int rollout = 100;
  json::Value variants = nullptr;
};
BOOST_DESCRIBE_STRUCT(FlagSetting, (), (enabled, rollout, variants))
struct Flag {
  std::string name;
  std::string environment;
  bool enabled = false;
  int rollout = 100;
  json::Value variants = nullptr;
  int writes = 0, changes = 0;
};
BOOST_DESCRIBE_STRUCT(Flag, (), (name, environment, enabled, rollout, variants, writes, changes))

/// GET /flags, GET and PUT /flags/{name}?environment=E (default production). A flag that was never set is 404.
class Flags final : public Fake {
 public:
  http::Response act(const http::Request& request) override {
    const std::scoped_lock lock(mutex_);
    return router_.dispatch(request);
  }
  json::Value state() override {
    const std::scoped_lock lock(mutex_);
    return json::Object{{"flags", json::to_value(all())}};
  }

 private:
  using Key = std::pair<std::string, std::string>;
  static Key key_of(const api::Call& call) {
    const auto environment = call.query("environment");
    return {call.param("name"), environment.empty() ? "production" : environment};
  }
  std::vector<Flag> all() const {
    std::vector<Flag> list;
    for (const auto& [key, flag] : flags_) list.push_back(flag);
    return list;
  }
  Result<Flag> read(api::Call& call) const {
    const auto it = flags_.find(key_of(call));
    if (it == flags_.end()) return not_found("there is no flag '" + call.param("name") + "' in that environment");
    return it->second;
  }
  Result<Flag> write(api::Call& call, const FlagSetting& in) {
    if (in.rollout < 0 || in.rollout > 100) return invalid("the share is a percentage from 0 to 100", "rollout");
    const auto key = key_of(call);
    auto& flag = flags_[key];
    flag.name = key.first, flag.environment = key.second;
    if (flag.writes++ == 0 || flag.enabled != in.enabled || flag.rollout != in.rollout || flag.variants != in.variants) ++flag.changes;
    flag.enabled = in.enabled, flag.rollout = in.rollout, flag.variants = in.variants;
    return flag;
  }
  std::vector<api::Endpoint> table() {
    std::vector<api::Endpoint> list;
    list.push_back(api::endpoint<api::Nothing, std::vector<Flag>>("GET", "/flags", "All flags",
                                                                  [this](api::Call&) -> Result<std::vector<Flag>> { return all(); }));
    list.push_back(api::endpoint<api::Nothing, Flag>("GET", "/flags/{name}", "One flag", [this](api::Call& c) { return read(c); }));
    list.push_back(api::endpoint<FlagSetting, Flag>("PUT", "/flags/{name}", "Set a flag",
                                                    [this](api::Call& c, const FlagSetting& in) { return write(c, in); }));
    return list;
  }
  std::mutex mutex_;
  std::map<Key, Flag> flags_;
  api::Router router_{table(), {}};
};

}  // namespace evenkeel::fakes
