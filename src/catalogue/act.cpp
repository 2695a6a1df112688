#include "catalogue/act.hpp"

#include <set>
#include <stdexcept>

namespace evenkeel::catalogue {

std::vector<std::string> Act::named() const {
  std::vector<std::string> names;
  for (std::size_t at = 0; (at = path.find('{', at)) != std::string::npos; ++at)
    names.push_back(path.substr(at + 1, path.find('}', at) - at - 1));
  return names;
}

std::vector<Member> Act::members() const {
  if (!input) return {};
  json::Object components;
  const auto schema = input(components);
  const auto* reference = schema.is_object() ? schema.get_object().if_contains("$ref") : nullptr;
  if (!reference) return {};
  const std::string name{reference->get_string()};
  const auto& body = components.at(name.substr(name.rfind('/') + 1)).get_object();
  std::set<std::string> required;
  if (const auto* names = body.if_contains("required"))
    for (const auto& n : names->get_array()) required.emplace(n.get_string());
  std::vector<Member> all;
  for (const auto& [key, property] : body.at("properties").get_object()) {
    const auto* either = property.is_object() ? property.get_object().if_contains("anyOf") : nullptr;
    all.push_back({std::string(key), either ? either->get_array().at(0) : property, required.contains(std::string(key))});
  }
  return all;
}

void Act::expect_output(const std::type_info& type) const {
  if (!output_type || *output_type != type) throw std::logic_error(id + " answers another type than its printer shows");
}

const Act* find(const std::vector<Act>& acts, std::string_view id) {
  const auto found = std::find_if(acts.begin(), acts.end(), [&](const Act& a) { return a.id == id; });
  return found == acts.end() ? nullptr : &*found;
}

Argument argument(std::string field, std::string help, bool is_positional, ReadAs as, std::vector<std::string> choices) {
  Argument a{.field = std::move(field), .help = std::move(help), .as = as, .choices = std::move(choices)};
  a.name = a.field;
  std::replace(a.name.begin(), a.name.end(), '_', '-');
  a.needed = is_positional;
  const bool list = as == ReadAs::list;
  a.kind = as == ReadAs::flag ? Argument::flag
           : is_positional    ? list ? Argument::positional_list : Argument::positional
           : list             ? Argument::option_list
                              : Argument::option;
  return a;
}

namespace {

void check_one(const Act& a, const std::function<void(const std::string&)>& complain) {
  const auto members = a.members();
  const auto has = [&](const std::string& name) {
    return std::any_of(members.begin(), members.end(), [&](const Member& m) { return m.name == name; });
  };
  if (a.id.find('.') == std::string::npos) complain("its id is not area.verb");
  if (!a.prepare) complain("it has no use case");
  if (a.access.who == Who::undeclared || (a.access.who == Who::roles && a.access.roles.empty())) complain("it does not say who may");
  if (a.writes() && a.method == "GET") complain("a GET changes nothing");
  for (const auto& name : a.named())
    if (!has(name)) complain("the path names {" + name + "}, which is no field of its input");
  for (const auto& words : a.commands) {
    std::set<std::string> names, fields;
    for (const auto& argument : words.arguments) {
      if (!has(argument.field)) complain("the argument '" + argument.name + "' names no field of its input");
      if (!names.insert(argument.name).second) complain("two arguments are called '" + argument.name + "'");
      fields.insert(argument.field);
    }
    for (const auto& [field, value] : words.fixed)
      if (!has(field)) complain("'" + words.path + "' says " + std::string(field) + ", which is no field of its input");
    for (const auto& name : a.named())
      if (!fields.contains(name)) complain("'" + words.path + "' has no argument for {" + name + "}");
  }
}

}  // namespace

void check(const std::vector<Act>& acts) {
  std::string wrong;
  std::set<std::string> seen;
  for (const auto& a : acts) {
    const auto complain = [&](const std::string& what) { wrong += "\n" + a.id + ": " + what; };
    check_one(a, complain);
    const auto once = [&](const std::string& what) {
      if (!seen.insert(what).second) complain("there are two of " + what);
    };
    once("id " + a.id);
    once(a.method + " " + a.path);
    for (const auto& words : a.commands) once("command " + words.path);
    if (!a.next_act.empty() && !find(acts, a.next_act)) complain("it is followed by " + a.next_act + ", which is not there");
  }
  if (!wrong.empty()) throw std::logic_error("the catalogue of acts does not hold together:" + wrong);
}

}  // namespace evenkeel::catalogue
