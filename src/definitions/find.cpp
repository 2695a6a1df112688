// What is looked up in an organisation's definitions.
#include "definitions/organisation.hpp"

namespace evenkeel::definitions {
namespace {

template <class T>
const T* find_by(const std::vector<T>& all, auto&& matches) {
  const auto found = std::find_if(all.begin(), all.end(), matches);
  return found == all.end() ? nullptr : &*found;
}
bool carries(const std::vector<std::string>& names, std::string_view name) { return std::ranges::find(names, name) != names.end(); }

}  // namespace

const ServiceDef* find_service(const Organisation& o, std::string_view name) {
  return find_by(o.services, [&](const auto& s) { return s.name == name || carries(s.aliases, name); });
}
const AreaDef* find_area(const Organisation& o, std::string_view name) {
  return find_by(o.areas, [&](const auto& a) { return a.name == name || carries(a.aliases, name); });
}
const PersonDef* find_person(const Organisation& o, std::string_view login) {
  return find_by(o.people, [&](const auto& p) { return p.login == login || carries(p.aliases, login); });
}
const ConnectionDef* find_connection(const Organisation& o, std::string_view name) {
  return find_by(o.connections, [&](const auto& c) { return c.name == name; });
}
const ConnectionDef* find_connection(const Organisation& o, Ability what) {
  return find_by(o.connections, [&](const auto& c) { return is_able_to(c, what); });
}
const ConnectionDef* alert_source_of(const Organisation& o, const ServiceDef& service) {
  if (service.alerts.labels.empty()) return nullptr;
  return service.alerts.connection.empty() ? find_connection(o, Ability::alert_source) : find_connection(o, service.alerts.connection);
}
const ServiceDef* find_service_by_labels(const Organisation& o, const std::map<std::string, std::string>& labels) {
  const ServiceDef* best = nullptr;
  for (const auto& s : o.services) {
    const auto& mine = s.alerts.labels;
    const auto carried = [&](const auto& label) {
      const auto found = labels.find(label.first);
      return found != labels.end() && found->second == label.second;
    };
    if (!mine.empty() && std::all_of(mine.begin(), mine.end(), carried) && (!best || mine.size() > best->alerts.labels.size())) best = &s;
  }
  return best;
}
const ChannelDef* find_channel(const Organisation& o, std::string_view name) {
  return find_by(o.channels, [&](const auto& c) { return c.name == name; });
}
const OnCallDef* find_on_call(const Organisation& o, std::string_view area) {
  return find_by(o.on_call, [&](const auto& c) { return c.area == area || c.area == "*"; });
}
const EnvironmentDef* production(const Organisation& o) {
  return find_by(o.environments, [](const auto& e) { return e.production; });
}

}  // namespace evenkeel::definitions
