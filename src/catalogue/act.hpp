// THE catalogue of acts. A use case is declared once, in the acts.cpp of its area, with everything that its renderings need: who may, its
// input and output, the function, its HTTP method and path, its words on the command line, how its answer is printed, and when it is
// possible. Endpoints and the OpenAPI document (api/act_endpoint.cpp), commands with their help, completion, man page and reference
// (cli/act_command.cpp) are made from the row; nothing is said twice.
//
//   act("release.move", "Move the window", planning::move_window)
//       .decides()
//       .for_roles({Role::coordinator, Role::admin})
//       .possible_when(of_release(may_move_window))
//       .http("POST", "/api/v1/releases/{release}/window", "releases")
//       .words("release move")
//       .takes({positional(&MoveWindow::release, "Version, area/version or id"), option(&MoveWindow::reason, "Why")})
//       .prints(show_release)
//
// In: a described struct; what the path names in braces are fields of it. GET and DELETE read the rest from the query, the other methods
// from a JSON body; an unknown key is refused with all complaints at once. An argument names its field by a pointer to the member, so a
// field that is renamed fails to compile. The types are erased here: what handles acts knows JSON alone, and a row costs its reader, its
// writer and, where it is printed, the reader of its answer.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <typeinfo>
#include <vector>

#include "catalogue/access.hpp"
#include "catalogue/value.hpp"
#include "work/work.hpp"

namespace evenkeel::catalogue {

/// What an act does to the world. `reads`: nothing. `drafts`: it prepares, notes or corrects what a person still looks at. `decides`: it
/// is a person's word that others rely on, or it sets something going outside.
enum class Does { reads, drafts, decides };
BOOST_DESCRIBE_ENUM(Does, reads, drafts, decides)

/// One argument of the command: a field of the input.
struct Argument {
  enum Kind { positional, positional_list, option, option_list, flag };
  std::string field;  // of the input, by its wire name
  std::string name;   // "window-start" is --window-start or, when positional, WINDOW-START
  std::string help;
  Kind kind = option;
  ReadAs as = ReadAs::text;
  bool needed = false;
  std::string fallback = {};                                         // default, shown in the help
  std::vector<std::string> choices = {};                             // of a closed set, for completion
  std::function<Result<json::Value>(const std::string&)> make = {};  // as `made`: each word by itself

  Argument&& required() && { return needed = true, std::move(*this); }
  Argument&& named(std::string word) && { return name = std::move(word), std::move(*this); }
  Argument&& by_default(std::string text) && { return fallback = std::move(text), std::move(*this); }
  Argument&& of(std::vector<std::string> words) && { return choices = std::move(words), std::move(*this); }
  Argument&& from_file() && { return as = ReadAs::file, std::move(*this); }
  Argument&& bytes_of_file() && { return as = ReadAs::bytes, std::move(*this); }
  /// Reads each word as a described value: SERVICE=VERSION.
  template <class T>
  Argument&& read_by(Result<T> (*read)(const std::string&)) && {
    as = ReadAs::made;
    make = [read](const std::string& word) -> Result<json::Value> { return json::to_value(TRY(read(word))); };
    return std::move(*this);
  }
};

/// One way to call the act on the command line. An act that is several verbs there ("deploy hold", "deploy resume") has several, each with
/// the values that its words stand for.
struct Words {
  std::string path;  // "release plan"
  std::string help, details;
  std::vector<Argument> arguments = {};
  json::Object fixed = {};
  bool follows_run = false;  // takes --wait
};

/// What a person is shown of an answer, and the exit code that says it to a script.
struct Shown {
  std::string text;
  int code = 0;
};

/// A member of an input or output, as its schema has it.
struct Member {
  std::string name;
  json::Value schema;  // of an optional one: of its value
  bool required = false;
};

/// The wire name of the field.
template <class C, class F>
std::string name_of_member(F C::* member) {
  std::string name;
  boost::mp11::mp_for_each<boost::describe::describe_members<C, boost::describe::mod_public>>([&](auto d) {
    if constexpr (std::is_same_v<std::remove_cv_t<decltype(d.pointer)>, F C::*>)
      if (d.pointer == member) name = json::wire_name(d.name);
  });
  return name;
}
struct Act {
  std::string id;       // "release.plan": for tools, logs and the answer to "what can I do"
  std::string summary;  // one sentence without its dot
  Does does = Does::decides;
  Access access = {};

  // HTTP
  std::string method, path, tag, details;
  std::size_t max_body = std::size_t{64} * 1024;
  bool secret = false;  // its answer is shown once and kept nowhere

  std::vector<Words> commands = {};  // none: the command line has another way to it
  std::string did = {};              // "Comment {id} is kept ...": said when it is done and its printer says nothing
  std::string next = {};      // "evenkeel notes review {release}": what usually follows, a command that is never refused for the state
  std::string next_act = {};  // read and printed behind the answer, for the same subject
  std::function<std::string(const json::Value& answer)> next_subject = {};
  std::function<std::string(const json::Value& answer)> run = {};  // id of the run that it started: --wait follows that; null: starts none

  // types, erased
  const std::type_info* output_type = nullptr;
  SchemaMaker input = {};   // null: takes nothing
  SchemaMaker output = {};  // null: answers nothing
  /// The use case with its input read. Error: invalid, with all complaints; nothing is touched before.
  std::function<Result<std::function<Result<std::string>(Work&)>>(const json::Value& in)> prepare = {};
  /// What is shown of an answer; null: nothing.
  std::function<Result<Shown>(const json::Value& answer)> print = {};
  /// A version of the answer, for ETag; null: it has none. "FACTS.PAGE" where a page changes with the time alone: If-Match asks for FACTS.
  std::function<std::string(const json::Value& answer)> version = {};
  /// Whether it is possible for this actor now, of the subject that the path names first ("{release}"): what the use case itself obeys,
  /// without what only the rest of the input can say. Null: always.
  std::function<Result<void>(Work&, const std::string& subject)> possible = {};

  bool writes() const { return does != Does::reads; }
  /// What the path names, in its order: {"release", "service"}. The first is its subject.
  std::vector<std::string> named() const;
  std::vector<Member> members() const;

  Act&& reads() && { return does = Does::reads, std::move(*this); }
  Act&& drafts() && { return does = Does::drafts, std::move(*this); }
  Act&& decides() && { return does = Does::decides, std::move(*this); }
  Act&& for_roles(std::vector<Role> any_of) && { return access.who = Who::roles, access.roles = std::move(any_of), std::move(*this); }
  Act&& for_any_role(std::string because = {}) && {
    return access.who = Who::any_role, access.because = std::move(because), std::move(*this);
  }
  Act&& for_accounts(std::string because) && { return access.who = Who::accounts, access.because = std::move(because), std::move(*this); }
  Act&& or_on_call() && { return access.or_on_call = true, std::move(*this); }
  Act&& or_named() && { return access.or_named = true, std::move(*this); }
  Act&& in_any_area(std::string because) && {
    return access.where = Where::any_area, access.because = std::move(because), std::move(*this);
  }
  Act&& in_areas_of_components() && { return access.where = Where::components, std::move(*this); }
  Act&& in_area_of_body() && { return access.where = Where::body, std::move(*this); }
  Act&& possible_when(std::function<Result<void>(Work&, const std::string& subject)> condition) && {
    return possible = std::move(condition), std::move(*this);
  }
  Act&& http(std::string by, std::string at, std::string group) && {
    return method = std::move(by), path = std::move(at), tag = std::move(group), std::move(*this);
  }
  Act&& described(std::string text) && { return details = std::move(text), std::move(*this); }
  Act&& taking_bodies_of(std::size_t bytes) && { return max_body = bytes, std::move(*this); }
  Act&& showing_secret() && { return secret = true, std::move(*this); }
  /// Its words; `said` in their help where that is not the summary, `more` below the arguments.
  Act&& words(std::string path_words, std::string said = {}, std::string more = {}) && {
    commands.push_back({std::move(path_words), said.empty() ? summary : std::move(said), std::move(more)});
    return std::move(*this);
  }
  /// The arguments of the words before it.
  Act&& takes(std::vector<Argument> all) && { return commands.back().arguments = std::move(all), std::move(*this); }
  /// What the words before it say by themselves.
  template <class C, class F>
  Act&& saying(F C::* member, const F& value) && {
    commands.back().fixed[name_of_member(member)] = json::to_value(value);
    return std::move(*this);
  }
  /// `show`: from the output to a text, or to a Shown with an exit code.
  template <class Show>
  Act&& prints(Show show) && {
    return std::move(*this).prints_by(std::function{std::move(show)});
  }
  /// For a person at the command line: what was done, and the command that usually follows. {x} stands for what the input, else the
  /// answer, calls x; a line with an x that neither has is not printed.
  Act&& says(std::string done, std::string then) && { return did = std::move(done), next = std::move(then), std::move(*this); }
  /// The command then reads the act `other` of what `subject_of` says and prints it below.
  template <class SubjectOf>
  Act&& then_prints(std::string other, SubjectOf subject_of) && {
    return next_act = std::move(other), next_subject = text_of(std::function{std::move(subject_of)}), std::move(*this);
  }
  template <class VersionOf>
  Act&& versioned_by(VersionOf version_of) && {
    return version = text_of(std::function{std::move(version_of)}), std::move(*this);
  }
  /// The words before it start a run: they take --wait, and then follow it.
  template <class RunOf>
  Act&& starts_run(RunOf run_of) && {
    commands.back().follows_run = true;
    return run = text_of(std::function{std::move(run_of)}), std::move(*this);
  }

 private:
  /// Throws std::logic_error when the printer is of another type than the answer.
  void expect_output(const std::type_info& type) const;
  template <class Text, class Out>
  Act&& prints_by(std::function<Text(const Out&)> show) && {
    expect_output(typeid(Out));
    print = [show = std::move(show)](const json::Value& answer) -> Result<Shown> {
      return Shown{show(TRY(json::from_value<Out>(answer)))};
    };
    return std::move(*this);
  }
  template <class Out>
  Act&& prints_by(std::function<Shown(const Out&)> show) && {
    expect_output(typeid(Out));
    print = [show = std::move(show)](const json::Value& answer) -> Result<Shown> { return show(TRY(json::from_value<Out>(answer))); };
    return std::move(*this);
  }
  template <class Text, class Out>
  std::function<std::string(const json::Value&)> text_of(std::function<Text(const Out&)> part) const {
    expect_output(typeid(Out));
    return [part = std::move(part)](const json::Value& answer) {
      const auto out = json::from_value<Out>(answer);
      return out ? std::string(part(*out)) : std::string{};
    };
  }
};

/// Throws std::logic_error with every row that does not hold together: an id, a path or words twice, a path or an argument that names no
/// field, an act without authority, positional arguments that the path does not need.
void check(const std::vector<Act>& acts);
const Act* find(const std::vector<Act>& acts, std::string_view id);

// ---- the typed declaration -------------------------------------------------------------------------------------------

template <class In, class Out>
Act act_of(std::string id, std::string summary, std::function<Result<Out>(Work&, const In&)> use_case) {
  Act a{.id = std::move(id), .summary = std::move(summary)};
  a.input = schema_maker<In>();
  a.output = schema_maker<Out>();
  a.output_type = &typeid(Out);
  a.prepare = [use_case = std::move(use_case)](const json::Value& in) -> Result<std::function<Result<std::string>(Work&)>> {
    auto read = TRY(json::from_value<In>(in, json::Unknown::refuse));
    return [use_case, read = std::move(read)](Work& work) -> Result<std::string> { return json::write(TRY(use_case(work, read))); };
  };
  return a;
}
/// Of a function or lambda `Result<Out>(Work&, const In&)`.
template <class UseCase>
Act act(std::string id, std::string summary, UseCase use_case) {
  return act_of(std::move(id), std::move(summary), std::function{std::move(use_case)});
}

template <class F>
ReadAs read_as() {
  if constexpr (json::is_optional<F>::value)
    return read_as<typename F::value_type>();
  else if constexpr (json::is_vector<F>::value)
    return ReadAs::list;
  else if constexpr (std::is_same_v<F, bool>)
    return ReadAs::flag;
  else if constexpr (std::is_same_v<F, SysTime>)
    return ReadAs::time;
  else if constexpr (std::is_same_v<F, Millis>)
    return ReadAs::duration;
  else if constexpr (std::is_integral_v<F>)
    return ReadAs::integer;
  else if constexpr (std::is_floating_point_v<F>)
    return ReadAs::number;
  else
    return ReadAs::text;
}
template <class F>
std::vector<std::string> choices_of() {
  if constexpr (json::is_optional<F>::value)
    return choices_of<typename F::value_type>();
  else if constexpr (json::DescribedEnum<F>)
    return json::enum_texts<F>();
  else
    return {};
}
/// An argument of the field's own name, read as its type says.
Argument argument(std::string field, std::string help, bool is_positional, ReadAs as, std::vector<std::string> choices);

template <class C, class F>
Argument positional(F C::* member, std::string help) {
  return argument(name_of_member(member), std::move(help), true, read_as<F>(), choices_of<F>());
}
template <class C, class F>
Argument option(F C::* member, std::string help) {
  return argument(name_of_member(member), std::move(help), false, read_as<F>(), choices_of<F>());
}

}  // namespace evenkeel::catalogue
