import {
  renameSync,
  rmdirSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, sep } from "node:path";
import { explainSystemError, Failure, systemErrorCode } from "../failure.js";
import { makeDirectory } from "./make-directory.js";
import { manifestName, manifestText } from "./manifest.js";
import { isStale, type OutputFile, type Plan } from "./plan.js";
import { makeStaging } from "./staging.js";

/**
 * Carries several plans out, each as {@link commitPlan} does. What can be known before is: nothing is written where one of them
 * may not be carried out.
 *
 * @throws {@link Failure} as `commitPlan`, and if two of them are to write one file.
 */
export function commitPlans(plans: readonly Plan[]): void {
  const owners = new Map<string, Plan>();
  for (const plan of plans) {
    if (plan.foreign.length > 0) throw refusal(plan);
    if (plans.length === 1) break;
    for (const path of plan.owned) {
      const file = join(plan.directory, path);
      const other = owners.get(file);
      if (other !== undefined)
        throw new Failure(
          `${file} would be written twice, as a file of ${other.directory} and of ${plan.directory}: choose another directory for one of them. Nothing was written.`,
        );
      owners.set(file, plan);
    }
  }
  for (const plan of plans) commitPlan(plan);
}

/**
 * Carries a plan out. New texts are first all written beside their places and only then moved there, so that a full disk
 * or a missing permission changes nothing; readers see an old file or a new one, never half of one. Files
 * that are right already are left alone, with the time of their last change.
 *
 * @throws {@link Failure} if files that are not ours stand in the way, or the directory cannot be written.
 */
export function commitPlan(plan: Plan): void {
  if (plan.foreign.length > 0) throw refusal(plan);
  if (!isStale(plan)) return;
  const { directory } = plan;
  try {
    makeDirectory(directory);
    const staging = makeStaging(directory);
    try {
      stageAndMove(plan, staging);
      if (plan.remove.length > 0) removeOld(plan, staging);
    } finally {
      rmSync(staging, { recursive: true, force: true });
    }
  } catch (error) {
    throw explainSystemError(`write to ${directory}`, error);
  }
}

function stageAndMove(plan: Plan, staging: string): void {
  const { directory } = plan;
  const moves: [from: string, to: string][] = [];
  // Paths are put together by hand: for many small files, `join` would take a third of the time.
  const stage = (path: string, content: string | Uint8Array): void => {
    const from = `${staging}${sep}${moves.length}`;
    writeFileSync(from, content);
    moves.push([from, `${directory}${sep}${path}`]);
  };
  // The manifest names old files and new ones until all is done: whatever stops us, what is there is known to be ours.
  if (plan.manifest)
    stage(manifestName, manifestText([...plan.owned, ...plan.remove]));
  for (const file of [...plan.create, ...plan.update])
    stage(file.path, "bytes" in file ? file.bytes : file.text);
  for (const path of directoriesOf(plan.create))
    makeDirectory(join(directory, path));
  for (const [from, to] of moves) renameSync(from, to);
}

/** The directories that files stand in, each once. */
function directoriesOf(files: readonly OutputFile[]): ReadonlySet<string> {
  const directories = new Set<string>();
  for (const { path } of files) {
    const end = path.lastIndexOf("/");
    if (end > 0) directories.add(path.slice(0, end));
  }
  return directories;
}

/** Removes what is not generated any more, and only then lets go of it in the manifest. */
function removeOld(plan: Plan, staging: string): void {
  for (const path of plan.remove) removeFile(plan.directory, path);
  const manifest = join(staging, "manifest");
  writeFileSync(manifest, manifestText(plan.owned));
  renameSync(manifest, join(plan.directory, manifestName));
}

/** Removes a file, and the directories that it leaves empty. Another run may have removed them meanwhile. */
function removeFile(directory: string, path: string): void {
  removeUnless(["ENOENT"], () => {
    unlinkSync(join(directory, path));
  });
  for (let parent = dirname(path); parent !== "."; parent = dirname(parent)) {
    removeUnless(["ENOENT", "ENOTEMPTY", "EEXIST"], () => {
      rmdirSync(join(directory, parent));
    });
  }
}

/** Removes something, or leaves it where the system says one of these. */
function removeUnless(codes: readonly string[], remove: () => void): void {
  try {
    remove();
  } catch (error) {
    if (!codes.includes(systemErrorCode(error) ?? "")) throw error;
  }
}

function refusal(plan: Plan): Failure {
  const list = plan.foreign.map((path) => `  ${path}`).join("\n");
  const [subject, object] =
    plan.foreign.length === 1
      ? ["this file was", "it"]
      : ["these files were", "them"];
  return new Failure(
    `refusing to write to ${plan.directory}: ${subject} not written by wit2ts\n${list}\n` +
      `Move or delete ${object}, or choose another directory with --out. Nothing was written.`,
  );
}
