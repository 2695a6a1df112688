#include "cli/renderings.hpp"

#include <fmt/format.h>

#include <set>

#include "definitions/config.hpp"

namespace evenkeel::cli {
namespace {

bool is_shown(const Command& c) { return !c.help.starts_with("(internal)"); }
bool is_option(const Param& p) { return p.kind == Param::option || p.kind == Param::option_list || p.kind == Param::flag; }
bool is_list(const Param& p) { return p.kind == Param::option_list || p.kind == Param::positional_list; }

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) { return c == '-' ? '_' : char(std::toupper(c)); });
  return text;
}
std::string replaced(std::string text, std::string_view what, std::string_view by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size()) text.replace(at, what.size(), by);
  return text;
}

/// A word that may follow a beginning of a command.
struct Next {
  std::string word, help;
};
/// Every beginning of a command with what may follow it, in the order of the table.
std::vector<std::pair<std::string, std::vector<Next>>> beginnings(const std::vector<Command>& commands) {
  std::vector<std::pair<std::string, std::vector<Next>>> all{{"", {}}};
  const auto at = [&](const std::string& path) -> std::vector<Next>& {
    for (auto& [known, next] : all)
      if (known == path) return next;
    return all.emplace_back(path, std::vector<Next>{}).second;
  };
  for (const auto& c : commands) {
    if (!is_shown(c)) continue;
    std::string path;
    for (std::size_t from = 0; from <= c.path.size();) {
      const auto end = std::min(c.path.find(' ', from), c.path.size());
      const auto word = c.path.substr(from, end - from);
      auto& next = at(path);
      const bool whole = end == c.path.size();
      if (std::none_of(next.begin(), next.end(), [&](const Next& n) { return n.word == word; }))
        next.push_back({word, whole ? c.help : "..."});
      path += (path.empty() ? "" : " ") + word;
      from = end + 1;
    }
    auto& next = at(path);
    for (const auto& p : c.params)
      if (is_option(p)) next.push_back({"--" + p.name, p.help});
    next.push_back({"--json", "Print one JSON document to stdout"});
    for (const auto& p : c.params)
      if (!is_option(p))
        for (const auto& choice : p.choices) next.push_back({choice, p.help});
  }
  return all;
}
/// "signoff --role" and what may stand behind it.
std::vector<std::pair<std::string, std::vector<std::string>>> closed_sets(const std::vector<Command>& commands) {
  std::vector<std::pair<std::string, std::vector<std::string>>> all;
  for (const auto& c : commands)
    for (const auto& p : c.params)
      if (is_option(p) && !p.choices.empty()) all.emplace_back(c.path + " --" + p.name, p.choices);
  return all;
}

/// The words so far that are a beginning of a command: what both bash and zsh ask first.
std::string path_case(const std::vector<std::pair<std::string, std::vector<Next>>>& all) {
  std::string known;
  for (const auto& [path, next] : all)
    if (!path.empty()) known += (known.empty() ? "" : "|") + fmt::format("'{}'", path);
  return fmt::format("    case \"${{at:+$at }}$word\" in {}) at=\"${{at:+$at }}$word\";; esac\n", known);
}

std::string for_bash(const std::vector<Command>& commands) {
  const auto all = beginnings(commands);
  std::string out =
      "# bash completion for evenkeel: source <(evenkeel completion bash)\n_evenkeel() {\n"
      "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} at= word offers=\n"
      "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n" +
      path_case(all) + "  done\n  case \"$at $prev\" in\n";
  for (const auto& [option, choices] : closed_sets(commands))
    out += fmt::format("    '{}') COMPREPLY=($(compgen -W '{}' -- \"$cur\")); return;;\n", option, fmt::join(choices, " "));
  out += "  esac\n  case \"$at\" in\n";
  for (const auto& [path, next] : all) {
    std::string words;
    for (const auto& n : next) words += (words.empty() ? "" : " ") + n.word;
    out += fmt::format("    '{}') offers='{}';;\n", path, words);
  }
  return out + "  esac\n  COMPREPLY=($(compgen -W \"$offers\" -- \"$cur\"))\n}\ncomplete -o default -F _evenkeel evenkeel\n";
}

std::string for_zsh(const std::vector<Command>& commands) {
  const auto all = beginnings(commands);
  const auto quoted = [](const std::string& text) { return replaced(replaced(text, "'", "'\\''"), ":", "\\:"); };
  std::string out =
      "#compdef evenkeel\n# zsh completion for evenkeel: source <(evenkeel completion zsh)\n_evenkeel() {\n"
      "  local at= word prev=$words[CURRENT-1]\n  local -a offers\n  for word in ${words[2,CURRENT-1]}; do\n" +
      path_case(all) + "  done\n  case \"$at $prev\" in\n";
  for (const auto& [option, choices] : closed_sets(commands))
    out += fmt::format("    '{}') compadd {}; return;;\n", option, fmt::join(choices, " "));
  out += "  esac\n  case \"$at\" in\n";
  for (const auto& [path, next] : all) {
    out += fmt::format("    '{}') offers=(", path);
    for (const auto& n : next) out += fmt::format("'{}:{}' ", n.word, quoted(n.help));
    out += ");;\n";
  }
  return out + "  esac\n  _describe evenkeel offers || _files\n}\ncompdef _evenkeel evenkeel\n";
}

std::string for_fish(const std::vector<Command>& commands) {
  const auto quoted = [](const std::string& text) { return replaced(replaced(text, "\\", "\\\\"), "'", "\\'"); };
  std::string out =
      "# fish completion for evenkeel: evenkeel completion fish | source\n"
      "function __evenkeel_at\n"
      "  set -l said\n"
      "  for word in (commandline -opc)[2..]\n"
      "    string match -q -- '-*' $word; or set said $said $word\n"
      "  end\n"
      "  test \"$said\" = \"$argv[1]\"; or begin\n"
      "    test -n \"$argv[2]\"; and string match -q -- \"$argv[1] *\" \"$said\"\n"
      "  end\n"
      "end\n";
  for (const auto& [path, next] : beginnings(commands))
    for (const auto& n : next) {
      const bool option = n.word.starts_with("--");
      out += fmt::format("complete -c evenkeel -n \"__evenkeel_at '{}'{}\" {} {} -d '{}'\n", path, option ? " options" : "",
                         option ? "-l" : "-f -a", option ? n.word.substr(2) : n.word, quoted(n.help));
    }
  for (const auto& [option, choices] : closed_sets(commands)) {
    const auto dashes = option.rfind(" --");
    out += fmt::format("complete -c evenkeel -n \"__evenkeel_at '{}' options\" -l {} -x -a '{}'\n", option.substr(0, dashes),
                       option.substr(dashes + 3), fmt::join(choices, " "));
  }
  return out;
}

std::string troff(std::string text) {
  text = replaced(replaced(std::move(text), "\\", "\\e"), "-", "\\-");
  text = replaced(std::move(text), "\n.", "\n\\&.");
  return text.starts_with('.') || text.starts_with('\'') ? "\\&" + text : text;
}

std::string cell(std::string text) { return replaced(std::move(text), "|", "\\|"); }

json::Value text(const std::string& s) { return boost::json::string(s); }

/// How a value of this schema is asked for: {kind, and what belongs to the kind}.
json::Object asked(const json::Value& schema, const json::Object& components);
/// "10m", "3", "true".
std::string text_of(const json::Value& plain) { return plain.is_string() ? std::string(plain.get_string()) : json::dump(plain); }
/// The members of a described struct, in its order.
json::Array fields_of(const json::Object& body, const json::Object& components) {
  json::Array fields;
  if (!body.contains("properties")) return fields;
  const auto* required = body.if_contains("required");
  for (const auto& [name, property] : body.at("properties").get_object()) {
    json::Object field{{"name", boost::json::string(name)}};
    for (auto& [key, value] : asked(property, components)) field[key] = value;
    if (const auto* help = property.get_object().if_contains("description")) field["help"] = *help;
    if (const auto* fallback = property.get_object().if_contains("default"); fallback && fallback->is_primitive())
      field["fallback"] = text(text_of(*fallback));
    if (required && std::ranges::find(required->get_array(), json::Value(boost::json::string(name))) != required->get_array().end())
      field["required"] = true;
    fields.push_back(std::move(field));
  }
  return fields;
}
json::Object asked(const json::Value& schema, const json::Object& components) {
  const auto& s = schema.get_object();
  if (const auto* either = s.if_contains("anyOf")) return asked(either->get_array().at(0), components);
  if (const auto* reference = s.if_contains("$ref")) {
    const std::string name{reference->get_string()};
    const auto& type = components.at(name.substr(name.rfind('/') + 1)).get_object();
    if (const auto* kinds = type.if_contains("oneOf")) {  // which fields there are follows from the kind
      json::Object of;
      for (const auto& one : kinds->get_array()) of[one.at("title").get_string()] = fields_of(one.get_object(), components);
      return {{"kind", "record"}, {"fields", json::Array{}}, {"kinds", std::move(of)}};
    }
    return {{"kind", "record"}, {"fields", fields_of(type, components)}};
  }
  if (const auto* choices = s.if_contains("enum")) return {{"kind", "choice"}, {"choices", *choices}};
  if (const auto* format = s.if_contains("format"); format && *format == "date-time") return {{"kind", "time"}};
  if (s.contains("pattern")) return {{"kind", "duration"}};
  const auto* type = s.if_contains("type");
  if (const auto* of = s.if_contains("additionalProperties"); of && of->is_object() && of->get_object().contains("type"))
    return {{"kind", "texts"}};
  if (!type || *type == "object") return {{"kind", "json"}};
  if (*type == "integer" || *type == "number" || *type == "boolean") return {{"kind", *type}};
  if (*type != "array") return {{"kind", "text"}};
  auto item = asked(s.at("items"), components);
  if (item.at("kind") == "record") {
    item["kind"] = "records";
    return item;
  }
  json::Object list{{"kind", "list"}};
  if (const auto* choices = item.if_contains("choices")) list["choices"] = *choices;
  if (item.at("kind") == "number" || item.at("kind") == "integer") list["of"] = "number";
  return list;
}

/// A record with this many members is not asked for field by field: all definitions at once have pages of their own.
void as_a_whole(json::Object& field) {
  if (field.at("kind") != "record" || field.at("fields").get_array().size() <= 12) return;
  field["kind"] = "json";
  field.erase("fields");
}
/// What an argument adds to what its field's type says.
void explain(json::Object& field, const catalogue::Argument& argument) {
  if (!argument.help.empty() && !field.contains("help")) field["help"] = text(argument.help);
  if (!argument.fallback.empty()) field["fallback"] = text(argument.fallback);
  if (argument.as == catalogue::ReadAs::file) field["kind"] = "file";
  if (argument.as == catalogue::ReadAs::bytes) field["kind"] = "bytes";
}
/// Whether every way to say the act asks for this field. What only one of them asks for, another does without.
bool always_needed(const catalogue::Act& act, const std::string& field) {
  return !act.commands.empty() && std::ranges::all_of(act.commands, [&](const catalogue::Words& w) {
    return std::ranges::any_of(w.arguments, [&](const auto& a) { return a.field == field && a.needed && a.fallback.empty(); });
  });
}

json::Array words_of(const catalogue::Act& act) {
  json::Array all;
  for (const auto& w : act.commands) {
    json::Array arguments;
    for (const auto& a : w.arguments) {
      json::Object argument{{"name", text(a.name)}, {"field", text(a.field)}};
      if (a.kind == catalogue::Argument::positional || a.kind == catalogue::Argument::positional_list) argument["positional"] = true;
      arguments.push_back(std::move(argument));
    }
    json::Object words{{"path", text(w.path)}, {"help", text(w.help)}, {"arguments", std::move(arguments)}};
    if (!w.fixed.empty()) words["fixed"] = w.fixed;
    all.push_back(std::move(words));
  }
  return all;
}

json::Object form_of(const catalogue::Act& act) {
  json::Object form{{"id", text(act.id)},
                    {"summary", text(act.summary)},
                    {"does", json::to_value(act.does)},
                    {"method", text(act.method)},
                    {"path", text(act.path)}};
  if (act.secret) form["secret"] = true;
  if (!act.details.empty()) form["details"] = text(act.details);
  json::Array fields;
  if (act.input && act.writes()) {
    json::Object components;
    const std::string name{act.input(components).at("$ref").get_string()};
    fields = fields_of(components.at(name.substr(name.rfind('/') + 1)).get_object(), components);
    for (auto& field : fields) {
      as_a_whole(field.get_object());
      const std::string member{field.at("name").get_string()};
      for (const auto& w : act.commands)
        for (const auto& a : w.arguments)
          if (a.field == member) explain(field.get_object(), a);
      if (always_needed(act, member)) field.get_object()["required"] = true;
    }
  }
  form["fields"] = std::move(fields);
  form["words"] = words_of(act);
  return form;
}

}  // namespace

std::string named_value(const Param& p) {
  if (!is_option(p)) return upper(p.name);
  return p.kind == Param::flag ? "--" + p.name : fmt::format("--{} {}", p.name, p.value.empty() ? upper(p.name) : p.value);
}

std::string synopsis(const Command& c) {
  std::string out = "evenkeel " + c.path;
  for (const bool needed : {true, false})
    for (const auto& p : c.params) {
      if (!p.env.empty() || p.required != needed) continue;
      const auto word = named_value(p) + (is_list(p) ? " ..." : "");
      out += needed ? " " + word : " [" + word + "]";
    }
  return out;
}

std::string explained(const Param& p) {
  auto text = p.help;
  const bool said = std::all_of(p.choices.begin(), p.choices.end(), [&](const auto& c) { return text.contains(c); });
  if (!p.choices.empty() && !said) text += fmt::format(" ({})", fmt::join(p.choices, ", "));
  if (!p.fallback.empty()) text += fmt::format("; default {}", p.fallback);
  if (!p.env.empty()) text += fmt::format("; or {} in the environment", p.env);
  return text;
}

std::string name_of(const Param& p) { return is_option(p) ? "--" + p.name : upper(p.name); }

Result<std::string> completion(const std::string& shell, const std::vector<Command>& commands) {
  if (shell == "bash") return for_bash(commands);
  if (shell == "zsh") return for_zsh(commands);
  if (shell == "fish") return for_fish(commands);
  return invalid(fmt::format("'{}' is none of bash, zsh, fish", shell), "shell");
}

std::string man_page(const std::vector<Command>& commands) {
  std::string out =
      ".TH EVENKEEL 1\n.SH NAME\nevenkeel \\- release management, from plan to retrospective\n"
      ".SH SYNOPSIS\n.B evenkeel\n.I COMMAND\n[\\-\\-json] [...]\n.SH COMMANDS\n";
  std::map<std::string, std::string> environment;
  for (const auto& c : commands) {
    if (!is_shown(c)) continue;
    out += fmt::format(".SS {}\n{}.\n", troff(synopsis(c)), troff(c.help));
    for (const auto& p : c.params)
      if (p.env.empty())
        out += fmt::format(".TP\n.B {}\n{}\n", troff(name_of(p)), troff(explained(p)));
      else
        environment[p.env] = p.help;
    if (!c.details.empty()) out += ".PP\n" + troff(c.details) + (c.details.ends_with('\n') ? "" : "\n");
  }
  out += ".SH ENVIRONMENT\n";
  for (const auto& [name, help] : environment) out += fmt::format(".TP\n.B {}\n{}\n", name, troff(help));
  return out +
         ".SH EXIT STATUS\n0 done, 1 fails or is blocked, 2 wrong usage or input, 3 unknown or not available, 4 waits, or nobody is signed "
         "in.\n";
}

std::string command_reference(const std::vector<Command>& commands) {
  std::string out =
      "# Commands\n\nMade from the table of commands; a test keeps it equal (`UPDATE=1` writes it anew). Every command takes "
      "`--json`; those that talk to a server take `--server`, `--token` or `--db`.\n";
  for (const auto& c : commands) {
    if (!is_shown(c)) continue;
    out += fmt::format("\n## {}\n\n{}.\n\n    {}\n", c.path, c.help, synopsis(c));
    std::string rows;
    for (const auto& p : c.params)
      if (p.env.empty()) rows += fmt::format("| `{}` | {} |\n", name_of(p), cell(explained(p)));
    if (!rows.empty()) out += "\n| | |\n|---|---|\n" + rows;
    if (!c.details.empty()) out += "\n" + c.details + (c.details.ends_with('\n') ? "" : "\n");
  }
  return out;
}

std::string act_reference(const std::vector<catalogue::Act>& acts) {
  using catalogue::Who;
  std::string out =
      "# Acts\n\nWhat can be done, by whom, and how it is said. Made from the catalogue of acts; a test keeps it equal (`UPDATE=1` "
      "writes it anew). \"or named\": or whom the thing itself names, such as the owner of a service.\n\n"
      "| act | what | does | who | HTTP | commands |\n|---|---|---|---|---|---|\n";
  for (const auto& a : acts) {
    std::string who = a.access.who == Who::any_role    ? "any role"
                      : a.access.who == Who::accounts  ? "every account"
                      : a.access.who == Who::everybody ? "everybody"
                                                       : "";
    if (a.access.roles == catalogue::insiders)
      who = "who works on releases, auditor";
    else if (a.access.roles == catalogue::doers)
      who = "who works on releases";
    else
      for (const auto role : a.access.roles) who += (who.empty() ? "" : ", ") + role_name(role);
    if (a.access.or_on_call) who += ", or on call now";
    if (a.access.or_named) who += ", or named";
    std::string words;
    for (const auto& w : a.commands) words += (words.empty() ? "" : ", ") + fmt::format("`{}`", w.path);
    out += fmt::format("| `{}` | {} | {} | {} | `{} {}` | {} |\n", a.id, cell(a.summary), json::enum_text(a.does), who, a.method, a.path,
                       words);
  }
  return out;
}

std::string definition_forms() {
  const auto schema = definitions::json_schema().get_object();
  std::string out = "[\n";
  for (const auto& part : fields_of(schema, schema.at("$defs").get_object())) out += (out.size() > 2 ? ",\n" : "") + json::write(part);
  return out + "\n]\n";
}

std::string act_forms(const std::vector<catalogue::Act>& acts) {
  std::string out = "[\n";  // a line an act, so that a change of one reads as one
  for (const auto& a : acts) out += (out.size() > 2 ? ",\n" : "") + json::write(json::Value(form_of(a)));
  return out + "\n]\n";
}

}  // namespace evenkeel::cli
