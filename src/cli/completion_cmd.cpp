// evenkeel completion: what a shell needs to complete our words.
#include "cli/commands.hpp"
#include "cli/renderings.hpp"
#include "cli/visible.hpp"

namespace evenkeel::cli {

std::vector<Command> completion_commands() {
  return {
      {"completion",
       "Print a completion script for a shell",
       {{.name = "shell", .help = "bash, zsh or fish", .kind = Param::positional, .required = true, .choices = {"bash", "zsh", "fish"}}},
       [](const Args& args) -> Result<int> {
         const auto script = TRY(completion(args.text("shell"), commands()));
         if (args.json)
           args.print_json(json::Object{{"shell", args.text("shell")}, {"script", script}});
         else
           write_raw(script);
         return 0;
       },
       "bash: source <(evenkeel completion bash)   zsh: source <(evenkeel completion zsh)   fish: evenkeel completion fish | source"}};
}

}  // namespace evenkeel::cli
