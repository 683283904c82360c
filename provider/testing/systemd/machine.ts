/** What the mini systemd knows of the host that it runs on. */
export interface Machine {
    /** Folder that stands for `/`. */
    readonly root: string;
    /** The version it behaves like, such as 231. */
    readonly systemd: number;
    /** What every process of the host gets. */
    readonly environment: Readonly<Record<string, string>>;
    /** Remembers an event of a unit. */
    note(unit: string, event: string, detail?: string): void;
}
